/**
 * Elementary functions from the module, one number for one, and the special functions that TypeScript makes of them
 * (special/): one p-value a test needs no Wasm, only the same bits everywhere.
 */
import { type Arena, canonical } from "./arena.ts";
import type { Kernel } from "./api.ts";
import { type SpecialName, specialFunctions } from "../special/special.ts";

type ElementaryName = "log" | "exp" | "log1p";

export function special({ call }: Arena): Pick<Kernel, SpecialName | ElementaryName> {
  const elementary = (name: ElementaryName): ((x: number) => number) => {
    const run = call(name);
    return (x) => canonical(run(x));
  };
  const [exp, log, log1p] = [elementary("exp"), elementary("log"), elementary("log1p")];
  return { exp, log, log1p, ...specialFunctions({ exp, log, log1p }) };
}
