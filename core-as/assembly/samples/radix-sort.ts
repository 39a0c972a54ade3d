/**
 * Sorts the finite ones among doubles ascending, -0 before 0: a least-significant-digit radix sort of their bits.
 *
 * Source: Knuth, The Art of Computer Programming 3, 5.2.5. The bits of a double, all flipped for negative values and the
 * sign alone for others, order like the doubles. Only the 40 highest of the bits in which any two values differ are sorted
 * by, since that leaves few neighbours in the wrong order, which an insertion mends; where it has too much to do, all bits
 * are sorted by. Digits of eight bits: more of them write to more lines than the nearest cache holds. Cost: linear, a pass for
 * each of five digits, of eight where values crowd. Edge cases: NaN and infinities are left out; nothing finite leaves
 * nothing.
 */
const BITS: u64 = 8;
const MASK: u64 = (1 << BITS) - 1;
const PASSES: u64 = 5;
const TABLE: usize = 4 << (<usize>BITS);
const INFINITE: u64 = 0x7ff0000000000000;
const SIGN: u64 = 0x8000000000000000;

/** Bits that differ between the keys made since the last call from the first. */
let different: u64 = 0;

/**
 * Appends the keys of the finite ones among values at `to`, which may be where the values lie; answers with the end of the
 * keys. `keys` is where the first of all keys lies.
 */
export function sortKeys(values: usize, count: i32, keys: usize, to: usize): usize {
  if (to === keys) different = 0;
  let changed = different;
  // Before there is a first key, the one that comes.
  const end = values + ((<usize>count) << 3);
  for (; values < end; values += 8) {
    const bits = load<u64>(values);
    if ((bits & INFINITE) === INFINITE) continue;
    const key = bits ^ ((<u64>((<i64>bits) >> 63)) | SIGN);
    store<u64>(to, key);
    to += 8;
    changed |= key ^ load<u64>(keys);
  }
  different = changed;
  return to;
}

/**
 * Sorts keys into values; `work` has room for as many and `counters` for 5 * 256 counters (u32). Answers with where they
 * lie, in `keys` or in `work`.
 */
export function sortByKeys(keys: usize, end: usize, work: usize, counters: usize): usize {
  const bytes = end - keys;
  const high = 64 - clz(different);
  const window = BITS * PASSES;
  const sorted = passes(keys, work, bytes, high > window ? high - window : 0, high, counters);
  if (toValues(sorted, bytes)) return sorted;
  const other = sorted === keys ? work : keys;
  // From the lowest digits on, five at a time.
  let from = sorted;
  for (let low: u64 = 0; low < high; low += window) {
    const to = from === sorted ? other : sorted;
    from = passes(from, to, bytes, low, min<u64>(high, low + window), counters);
  }
  toValues(from, bytes);
  return from;
}

/** Sorts by the bits from `low` to `high`; answers with where the keys lie then. */
function passes(from: usize, to: usize, bytes: usize, low: u64, high: u64, counters: usize): usize {
  memory.fill(counters, 0, <usize>PASSES * TABLE);
  for (const end = from + bytes; from < end; from += 8) {
    const key = load<u64>(from) >> low;
    // Written out: the compiler leaves a loop here, and its bookkeeping costs more than the counting.
    bump(counters, key);
    bump(counters + TABLE, key >> BITS);
    bump(counters + 2 * TABLE, key >> (2 * BITS));
    bump(counters + 3 * TABLE, key >> (3 * BITS));
    bump(counters + 4 * TABLE, key >> (4 * BITS));
  }
  from -= bytes;
  for (; low < high; low += BITS, counters += TABLE) {
    distribute(from, to, bytes, low, counters);
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/** One more value with this digit. */
function bump(table: usize, key: u64): void {
  const counter = table + ((<usize>(key & MASK)) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Counters become first places, then every key goes to its digit's next place: equal digits keep their order. */
function distribute(from: usize, to: usize, bytes: usize, low: u64, table: usize): void {
  let before = <u32>to;
  for (let at = table; at < table + TABLE; at += 4) {
    const here = load<u32>(at);
    store<u32>(at, before);
    before += here << 3;
  }
  for (const end = from + bytes; from < end; from += 8) {
    const key = load<u64>(from);
    const counter = table + ((<usize>((key >> low) & MASK)) << 2);
    const place = load<u32>(counter);
    store<u32>(counter, place + 8);
    store<u64>(<usize>place, key);
  }
}

function flipped(key: u64): u64 {
  return key ^ ((<u64>(~(<i64>key) >> 63)) | SIGN);
}

/**
 * Turns keys back into values and mends their order by insertion. False where that would take more than a few steps a
 * value: then all are keys again.
 */
function toValues(from: usize, bytes: usize): bool {
  const end = from + bytes;
  let left = <i32>(bytes >> 1);
  let last = -Infinity;
  for (let at = from; at < end; at += 8) {
    const value = reinterpret<f64>(flipped(load<u64>(at)));
    if (value >= last) {
      store<f64>(at, value);
      last = value;
      continue;
    }
    let place = at;
    for (; place > from && load<f64>(place - 8) > value; place -= 8) store<f64>(place, load<f64>(place - 8));
    store<f64>(place, value);
    left -= <i32>(at - place);
    if (left < 0) {
      for (; at >= from; at -= 8) {
        const bits = load<u64>(at);
        store<u64>(at, bits ^ ((<u64>((<i64>bits) >> 63)) | SIGN));
      }
      return false;
    }
  }
  return true;
}
