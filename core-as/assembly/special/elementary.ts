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
export function expm1(x: f64): f64 {
  return Math.expm1(x);
}

/** Where the library's reduction by a table of 2/pi begins, and up to where it reads outside of that table (0.28.20). */
const TABLE_FROM: f64 = 1647099.0;
const TABLE_RIGHT_FROM: f64 = 4194304.0;
/** pi/2 in parts of 30 bits, so that up to 2^22 times each of the first two is exact (Cody & Waite 1980). */
const HALF_PI_1: f64 = 1.570796325802803;
const HALF_PI_2: f64 = 9.920935791635221e-10;
const HALF_PI_3: f64 = 5.170182981794105e-19;

/** x less the nearest multiple of pi/2, whose number is kept in `quadrant`. */
let quadrant: i32 = 0;
function reduced(x: f64): f64 {
  const n = Math.round(x * 0.6366197723675814);
  quadrant = (<i32>n) & 3;
  return x - n * HALF_PI_1 - n * HALF_PI_2 - n * HALF_PI_3;
}

function inGap(x: f64): bool {
  const size = Math.abs(x);
  return size >= TABLE_FROM && size < TABLE_RIGHT_FROM;
}

/** x in radians. */
export function sin(x: f64): f64 {
  if (!inGap(x)) return Math.sin(x);
  const rest = reduced(x);
  const value = quadrant & 1 ? Math.cos(rest) : Math.sin(rest);
  return quadrant & 2 ? -value : value;
}

/** x in radians. */
export function cos(x: f64): f64 {
  if (!inGap(x)) return Math.cos(x);
  const rest = reduced(x);
  const value = quadrant & 1 ? Math.sin(rest) : Math.cos(rest);
  return (quadrant + 1) & 2 ? -value : value;
}
