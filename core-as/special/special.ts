/** Every special function over one set of elementary ones; each file says what it computes, from where, at what cost. */
import type { Kernel } from "../kernel/api.ts";
import type { Elementary } from "./elementary.ts";
import { exponential } from "./exponential.ts";
import { gammaFunctions } from "./gamma.ts";
import { hypergeometricTails } from "./hypergeometric.ts";
import { incompleteBeta } from "./incomplete-beta.ts";
import { incompleteGamma } from "./incomplete-gamma.ts";
import { kolmogorov } from "./kolmogorov.ts";
import { normalDistribution } from "./normal.ts";
import { quadraticForm } from "./quadratic-form.ts";
import { cos, sin } from "./sine.ts";

/** The functions of the `Kernel` that are made here. */
export type SpecialName =
  | ("sin" | "cos" | "lgamma" | "digamma" | "erfc" | "normalSf" | "normalPpf" | "gammaQ" | "gammaP" | "betaI")
  | ("expm1" | "chi2Sf" | "tSf" | "tIsf" | "fSf" | "kolmogorovSf" | "hypergeomMidP" | "quadraticFormSf");

export function specialFunctions(elementary: Elementary): Pick<Kernel, SpecialName> {
  const { lgamma, digamma } = gammaFunctions(elementary);
  const { gammaQ, gammaP, chi2Sf } = incompleteGamma(elementary);
  const { hypergeomMidP } = hypergeometricTails(elementary);
  return {
    ...{ sin, cos, lgamma, digamma, gammaQ, gammaP, chi2Sf, hypergeomMidP },
    ...exponential(elementary),
    ...incompleteBeta(elementary),
    ...kolmogorov(elementary),
    ...normalDistribution(elementary),
    ...quadraticForm(elementary),
  };
}
