/**
 * A JSON number to the nearest double. Up to 15 digits one exact division does (Clinger 1990, "How to read floating point
 * numbers accurately"); else the top 64 or 128 bits of the product with a power of five decide: Lemire 2021, "Number
 * parsing at a gigabyte per second", Software: Practice and Experience 51(8); that these bits always do is in Mushtak and
 * Lemire 2023, "Fast number parsing without fallback". Of more than 19 digits the rest is cut, and the number is read only
 * where its neighbour in the last digit gives the same double.
 *
 * Nearly all numbers have no exponent, up to 16 digits before the point and 19 in all. Those are read without a branch
 * that depends on a digit or on the sign, which would be guessed wrong half the time. Where a number ends is seen in 32
 * bytes at once, before anything is known of its digits: the next field waits for nothing else. Digits are read eight at
 * once (Lemire 2021, section 5), counted from their end, so that what stands before them is masked away.
 *
 * `powers`: 10^0…10^22 as doubles, a hole, high and low half of the powers of five from −342 to 308 in 128 bits, then 10^0…10^19
 * as whole numbers. Reads up to 8 bytes before the number and 33 from where it begins. Cost: 5–10 ns. Edge cases: −0 is
 * kept, 1e999 is infinite, denormals are right; a leading zero or a bare point is no number.
 */
export let numberRead: f64 = 0;

/** Behind the doubles and the hole; behind the powers of five. */
const FIVES: usize = 192;
const WHOLES: usize = FIVES + 16 * 651;
const nines: u64 = 0x3030303030303030;

/** Reads the number at `at` into `numberRead`; the place behind it, or 0 where there is none or it is undecided. */
export function readNumber(at: usize, powers: usize): usize {
  const low = i8x16.add(v128.load(at), v128.load(CLASSES));
  // A bit for each byte. The first is a sign where it is no digit.
  let inside = maskAbove(low, CLASSES + 16) | 1;
  let figures = maskAbove(low, CLASSES + 32);
  if (inside === 0xffff) {
    const high = i8x16.add(v128.load(at, 16), v128.load(CLASSES));
    inside |= maskAbove(high, CLASSES + 16) << 16;
    figures |= maskAbove(high, CLASSES + 32) << 16;
  }
  const length = ctz(~inside);
  const end = at + <usize>length;
  const start = load<u8>(at);
  const negative = <i32>(start === 0x2d);
  const first = at + <usize>negative;
  // What is no digit between the sign and the end: a point, or something wrong.
  const point = ~figures & ((1 << length) - 1) & ~negative;
  const whole = point !== 0 ? ctz(point) : length;
  const front = whole - negative;
  // No digit before a point or behind it, and more than one zero in front, are left to the slow way, which refuses them.
  if (<u32>(front - 1) > 15) return readSlowly(at, powers);
  if ((load<u8>(end) | 32) === 0x65) return readSlowly(at, powers);
  if (load<u8>(first) === 48 && front > 1) return readSlowly(at, powers);
  let mantissa = digits(load<u64>(first), ((front - 1) & 7) + 1);
  if (front > 8) mantissa = mantissa * 100000000 + digits(load<u64>(at + <usize>whole - 8), 8);
  let size: u64;
  if (point === 0) size = reinterpret<u64>(front <= 15 ? <f64>(<i64>mantissa) : <f64>mantissa);
  else {
    const rest = length - whole - 1;
    if (load<u8>(at + <usize>whole) !== 0x2e || (point & (point - 1)) !== 0) return readSlowly(at, powers);
    if (<u32>(rest - 1) > 17 || front + rest > 19) return readSlowly(at, powers);
    let part: u64;
    if (rest <= 8) part = digits(load<u64>(end - <usize>rest), rest);
    else {
      part = sixteenDigits(end, min(rest, 16));
      if (rest > 16) part += 10000000000000000 * digits(load<u64>(at + <usize>whole, 1), rest - 16);
    }
    const place = (<usize>rest) << 3;
    mantissa = mantissa * load<u64>(powers + WHOLES + place) + part;
    size =
      front + rest <= 15
        ? reinterpret<u64>(<f64>(<i64>mantissa) / load<f64>(powers + place))
        : nearest(mantissa, -rest, powers + FIVES);
  }
  numberRead = reinterpret<f64>(size | ((<u64>negative) << 63));
  return end;
}

/**
 * Only points, slashes and digits are among the twelve largest signed bytes when 70 is added, and digits are the last ten.
 * In memory: engines build constants of the code anew, with three instructions each.
 */
const CLASSES = memory.data<u64>(
  [
    0x4646464646464646, 0x4646464646464646, 0x7373737373737373, 0x7373737373737373, 0x7575757575757575,
    0x7575757575757575,
  ],
  16,
);

// inline
function maskAbove(bytes: v128, bound: usize): i32 {
  return i8x16.bitmask(i8x16.gt_s(bytes, v128.load(bound)));
}

/** The first 1 to 8 digits of a text of eight bytes. */
// inline
function digits(text: u64, count: i32): u64 {
  const bytes = (text ^ nines) << (64 - ((<u64>count) << 3));
  const pairs = bytes * 10 + (bytes >> 8);
  const low = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const high = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return (low + high) >> 32;
}

/** The last 1 to 16 digits before `end`, neighbours first put together in pairs, then in fours, then in eights. */
// inline
function sixteenDigits(end: usize, count: i32): u64 {
  const masked = v128.and(
    v128.xor(v128.load(end - 16), v128.load(JOINED + 32)),
    v128.load(JOINED + 48 + <usize>count),
  );
  const pairs = i16x8.add(
    i16x8.mul(v128.and(masked, v128.load(JOINED + 80)), v128.load(JOINED + 96)),
    i16x8.shr_u(masked, 8),
  );
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(JOINED));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), v128.load(JOINED + 16));
  return <u64>(<u32>i32x4.extract_lane(eights, 0)) * 100000000 + <u64>(<u32>i32x4.extract_lane(eights, 1));
}

/**
 * 100 and 1, 10000 and 1; sixteen zeros of ASCII; sixteen bytes of nothing before sixteen of all; the low byte of every
 * two, and 10 in it.
 */
const JOINED = memory.data<u64>(
  [
    0x0001006400010064, 0x0001006400010064, 0x0001271000012710, 0x0001271000012710, 0x3030303030303030,
    0x3030303030303030, 0, 0, 0xffffffffffffffff, 0xffffffffffffffff, 0x00ff00ff00ff00ff, 0x00ff00ff00ff00ff,
    0x000a000a000a000a, 0x000a000a000a000a,
  ],
  16,
);

/** The same for any number, digit by digit. */
function readSlowly(at: usize, powers: usize): usize {
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
      if (<u32>load<u8>(at) - 48 > 9) return 0;
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
    const bits = nearest(mantissa, exponent, powers + FIVES);
    if (cut && nearest(mantissa + 1, exponent, powers + FIVES) !== bits) return 0;
    size = reinterpret<f64>(bits);
  }
  numberRead = negative ? -size : size;
  return at;
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
