/**
 * What the special functions are made of besides + − × ÷ and the square root, which IEEE 754 defines to the last bit.
 * The kernel gives its own exports for these three, the twin the host's `Math`: the same source, the same bits wherever
 * the three have them.
 */
export interface Elementary {
  exp(x: number): number;
  log(x: number): number;
  log1p(x: number): number;
}
