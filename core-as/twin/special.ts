/** The special functions (special/) over the host's `Math`, for the twin's list and for its draws. */
import type { Elementary } from "../special/elementary.ts";
import { gammaFunctions } from "../special/gamma.ts";
import { hypergeometricTails } from "../special/hypergeometric.ts";
import { specialFunctions } from "../special/special.ts";

const host: Elementary = { exp: Math.exp, log: Math.log, log1p: Math.log1p };

export const { lgamma, stirlingError } = gammaFunctions(host);
export const { hypergeomMass } = hypergeometricTails(host);
/** The sine and cosine are the host's, as a second source for ours. */
export const special = { ...specialFunctions(host), sin: Math.sin, cos: Math.cos };
