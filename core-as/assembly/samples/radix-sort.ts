/**
 * Sorts the finite ones among doubles ascending, -0 before 0: a least-significant-digit radix sort of their bits.
 *
 * Source: Knuth, The Art of Computer Programming 3, 5.2.5. The bits of a double, all flipped for negative values and the
 * sign alone for others, order like the doubles. Eleven bits at a time, all six histograms in one pass; a digit in which all
 * values agree (the high ones of numbers of one size) is skipped. Cost: one pass, and one for each digit that varies, so
 * linear. Edge cases: NaN and infinities are left out; nothing finite leaves nothing.
 *
 * `values` is written over; `work` has room for as many, `counters` for 6 * 2048 counters (u32) and becomes the number of
 * finite values (i32). Answers where they lie, in `values` or in `work`.
 */
const DIGIT: u64 = 2047;
const PASSES: i32 = 6;
const INFINITE: u64 = 0x7ff0000000000000;

export function sortFinite(values: usize, count: i32, work: usize, counters: usize): usize {
  memory.fill(counters, 0, (<usize>PASSES) << 13);
  const finite = prepare(values, count, counters);
  let from = values;
  let to = work;
  for (let pass: i32 = 0; pass < PASSES && finite > 0; pass++) {
    const shift = <u64>pass * 11;
    const table = counters + ((<usize>pass) << 13);
    const first = table + ((<usize>((load<u64>(from) >> shift) & DIGIT)) << 2);
    if (load<u32>(first) === <u32>finite) continue;
    distribute(from, to, finite, shift, table);
    const swap = from;
    from = to;
    to = swap;
  }
  const last = from + ((<usize>finite) << 3);
  for (let at = from; at < last; at += 8) {
    const bits = load<u64>(at);
    store<u64>(at, bits ^ ((<u64>(~(<i64>bits) >> 63)) | 0x8000000000000000));
  }
  store<i32>(counters, finite);
  return from;
}

/** Moves the finite values to the front, their bits flipped into order, and counts every digit of each. */
function prepare(values: usize, count: i32, counters: usize): i32 {
  let to = values;
  const end = values + ((<usize>count) << 3);
  for (let at = values; at < end; at += 8) {
    let bits = load<u64>(at);
    if ((bits & INFINITE) === INFINITE) continue;
    bits ^= (<u64>((<i64>bits) >> 63)) | 0x8000000000000000;
    store<u64>(to, bits);
    to += 8;
    // Written out: the compiler leaves a loop here, and its bookkeeping costs more than the counting.
    countDigit(counters, bits);
    countDigit(counters + 8192, bits >> 11);
    countDigit(counters + 16384, bits >> 22);
    countDigit(counters + 24576, bits >> 33);
    countDigit(counters + 32768, bits >> 44);
    countDigit(counters + 40960, bits >> 55);
  }
  return <i32>((to - values) >> 3);
}

/** One more value with this digit. */
function countDigit(table: usize, bits: u64): void {
  const counter = table + ((<usize>(bits & DIGIT)) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Counters become first places, then every value goes to its digit's next place: equal digits keep their order. */
function distribute(from: usize, to: usize, count: i32, shift: u64, table: usize): void {
  let before: u32 = 0;
  for (let at = table; at < table + 8192; at += 4) {
    const here = load<u32>(at);
    store<u32>(at, before);
    before += here;
  }
  const end = from + ((<usize>count) << 3);
  for (let at = from; at < end; at += 8) {
    const bits = load<u64>(at);
    const counter = table + ((<usize>((bits >> shift) & DIGIT)) << 2);
    const place = load<u32>(counter);
    store<u32>(counter, place + 1);
    store<u64>(to + ((<usize>place) << 3), bits);
  }
}
