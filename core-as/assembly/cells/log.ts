/**
 * The natural logarithm of two positive doubles at once.
 *
 * The exponent is taken out of the bits so that the rest lies in [sqrt(1/2), sqrt(2)); there ln(1 + f) is an odd
 * series in s = f / (2 + f) (FreeBSD's e_log.c, Sun Microsystems 1993). The steps and their order are those of
 * `Math.log` in this module, so the bits are its bits: under one unit in the last place. Cost: one division and some
 * thirty operations for both. Edge cases: made for ratios of counts, so for normal numbers only; zero, subnormal numbers
 * and infinity give some finite number, which callers mask.
 */
export function logPair(x: v128): v128 {
  const shifted = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e00000000));
  const exponent = i64x2.shr_u(shifted, 52);
  // An exponent as the low bits of 2^52 is a double without a conversion.
  const k = f64x2.sub(
    v128.or(exponent, i64x2.splat(0x4330000000000000)),
    f64x2.splat(4503599627370496.0 + 1023.0),
  );
  const near = i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e00000000));
  const f = f64x2.sub(near, f64x2.splat(1));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(
    w,
    step(step(f64x2.splat(1.531383769920937332e-1), w, 2.222219843214978396e-1), w, 3.999999999940941908e-1),
  );
  const odd = f64x2.mul(
    z,
    step(
      step(
        step(f64x2.splat(1.479819860511658591e-1), w, 1.818357216161805012e-1),
        w,
        2.857142874366239149e-1,
      ),
      w,
      6.66666666666673513e-1,
    ),
  );
  const rest = f64x2.add(odd, even);
  return f64x2.add(
    f64x2.add(
      f64x2.sub(
        f64x2.add(f64x2.mul(s, f64x2.add(half, rest)), f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10))),
        half,
      ),
      f,
    ),
    f64x2.mul(k, f64x2.splat(6.9314718036912381649e-1)),
  );
}

/** One step of Horner's scheme: a times w, plus the next coefficient. */
function step(a: v128, w: v128, next: f64): v128 {
  return f64x2.add(f64x2.splat(next), f64x2.mul(w, a));
}
