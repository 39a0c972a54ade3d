/**
 * A JSON number to the nearest double. Up to 2^53 and 10^±22 one exact multiplication or division does (Clinger 1990, "How
 * to read floating point numbers accurately"); else the top 64 or 128 bits of the product with a power of five decide:
 * Lemire 2021, "Number parsing at a gigabyte per second", Software: Practice and Experience 51(8); that these bits always
 * do is in Mushtak and Lemire 2023, "Fast number parsing without fallback". Of more than 19 digits the rest is cut, and
 * the number is read only where its neighbour in the last digit gives the same double.
 *
 * `powers`: 10^0…10^22 as doubles, a hole, then high and low half of the powers of five from −342 to 308 in 128 bits.
 * Cost: 10–25 ns. Edge cases: −0 is kept, 1e999 is infinite, denormals are right; a leading zero or a bare point is no number.
 */
export let numberRead: f64 = 0;

const nines: u64 = 0x3030303030303030;

/** Reads the number at `at` into `numberRead`; the place behind it, or 0 where there is none or it is undecided. */
export function readNumber(at: usize, powers: usize): usize {
  const negative = load<u8>(at) === 0x2d;
  if (negative) at += 1;
  const first = at;
  let mantissa: u64 = 0;
  let digit = <u32>load<u8>(at) - 48;
  if (digit > 9) return 0;
  let exponent: i32 = 0;
  let cut = false;
  let point: usize = 0;
  for (;;) {
    if (digit <= 9) {
      if (mantissa < 1000000000000000000) {
        mantissa = mantissa * 10 + digit;
        if (point) exponent -= 1;
      } else {
        cut = cut || digit !== 0;
        if (!point) exponent += 1;
      }
      at += 1;
    } else if (digit === <u32>(0x2e - 48) && !point) {
      if (at - first > 1 && load<u8>(first) === 48) return 0;
      at += 1;
      point = at;
      const eight = load<u64>(at);
      // Eight digits at once where they fit: most scores have them.
      if (mantissa < 100000000000 && isEight(eight)) {
        mantissa = mantissa * 100000000 + eightDigits(eight);
        exponent = -8;
        at += 8;
      } else if (<u32>load<u8>(at) - 48 > 9) return 0;
    } else break;
    digit = <u32>load<u8>(at) - 48;
  }
  if (!point && at - first > 1 && load<u8>(first) === 48) return 0;
  if (((digit + 48) | 32) === 0x65) {
    at += 1;
    const sign = load<u8>(at);
    if (sign === 0x2d || sign === 0x2b) at += 1;
    digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return 0;
    let power: i32 = 0;
    while (digit <= 9) {
      if (power < 100000) power = power * 10 + digit;
      at += 1;
      digit = <u32>load<u8>(at) - 48;
    }
    exponent += sign === 0x2d ? -power : power;
  }
  let size: f64;
  if (!cut && mantissa <= 9007199254740992 && exponent >= -22 && exponent <= 22) {
    size = <f64>mantissa;
    if (exponent < 0) size /= load<f64>(powers - ((<usize>exponent) << 3));
    else size *= load<f64>(powers + ((<usize>exponent) << 3));
  } else {
    const bits = nearest(mantissa, exponent, powers + 192);
    if (cut && nearest(mantissa + 1, exponent, powers + 192) !== bits) return 0;
    size = reinterpret<f64>(bits);
  }
  numberRead = negative ? -size : size;
  return at;
}

// inline
function isEight(text: u64): bool {
  return (
    ((text & 0xf0f0f0f0f0f0f0f0) | (((text + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) ===
    0x3333333333333333
  );
}

// inline
function eightDigits(text: u64): u64 {
  const pairs = (text - nines) * 10 + ((text - nines) >> 8);
  const low = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const high = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return (low + high) >> 32;
}

/** The high half of a product of 64 bits by 64. */
function highHalf(a: u64, b: u64): u64 {
  const al = a & 0xffffffff;
  const ah = a >> 32;
  const bl = b & 0xffffffff;
  const bh = b >> 32;
  const middle = ah * bl + ((al * bl) >> 32);
  const other = al * bh + (middle & 0xffffffff);
  return ah * bh + (middle >> 32) + (other >> 32);
}

/** The bits of the double nearest to w · 10^q, ties to even. */
function nearest(w: u64, q: i32, fives: usize): u64 {
  const infinite: u64 = 0x7ff0000000000000;
  if (w === 0 || q < -342) return 0;
  if (q > 308) return infinite;
  const zeros = clz(w);
  w <<= zeros;
  const five = fives + ((<usize>(q + 342)) << 4);
  const top = load<u64>(five);
  let high = highHalf(w, top);
  let low = w * top;
  // Only where the bits below the rounding are all ones can the second word change them.
  if ((high & 0x1ff) === 0x1ff) {
    const more = highHalf(w, load<u64>(five, 8));
    low += more;
    if (low < more) high += 1;
  }
  const upper = high >> 63;
  const shift = upper + 9;
  let mantissa = high >> shift;
  let power = ((217706 * q) >> 16) + 63 + <i32>upper - <i32>zeros + 1023;
  if (power <= 0) {
    if (power <= -63) return 0;
    mantissa >>= 1 - power;
    // A denormal that rounds up to a normal carries into the exponent by itself.
    return (mantissa + (mantissa & 1)) >> 1;
  }
  // Exactly halfway: to even.
  if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) === 1 && mantissa << shift === high) mantissa -= 1;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >> 53) {
    mantissa >>= 1;
    power += 1;
  }
  if (power >= 2047) return infinite;
  return (mantissa & 0x000fffffffffffff) | ((<u64>power) << 52);
}
