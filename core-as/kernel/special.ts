/** Special functions, one number for one to four. */
import { type Arena, canonical, type Numbers } from "./arena.ts";
import type { Kernel } from "./api.ts";

const names = [
  "log",
  "exp",
  "log1p",
  "expm1",
  "sin",
  "cos",
  "lgamma",
  "digamma",
  "erfc",
  "normalSf",
  "normalPpf",
  "gammaQ",
  "gammaP",
  "betaI",
  "chi2Sf",
  "tSf",
  "tIsf",
  "fSf",
  "kolmogorovSf",
  "hypergeomMidP",
] as const;

export type Special = (typeof names)[number];

export function special({ call }: Arena): Pick<Kernel, Special> {
  const scalar = (name: Special): [Special, Numbers] => {
    const run = call(name);
    return [name, (...values) => canonical(run(...values))];
  };
  return Object.fromEntries(names.map(scalar)) as Record<Special, Numbers>;
}
