/**
 * The elementary functions as compiled into the module (AssemblyScript's port of musl, under one unit in the last
 * place): hosts differ in these, the module does not. Edge cases as in IEEE 754.
 */
export function log(x: f64): f64 {
  return Math.log(x);
}
export function exp(x: f64): f64 {
  return Math.exp(x);
}
export function log1p(x: f64): f64 {
  return Math.log1p(x);
}
