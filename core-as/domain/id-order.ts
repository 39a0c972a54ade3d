/** In the order of 64-bit ids' hashes, given in halves; equal ones as they came. */
export function orderOfIds(hi: Uint32Array, lo: Uint32Array): Uint32Array {
  const order = new Uint32Array(hi.length);
  for (let place = 0; place < order.length; place++) order[place] = place;
  if (order.length < fewIds) return order.sort((a, b) => hi[a] - hi[b] || lo[a] - lo[b] || a - b);
  // By digits, least first, each pass keeping the order of the ones before: linear whatever the ids are.
  let [from, into] = [order, new Uint32Array(order.length)];
  for (const half of [lo, hi])
    for (let shift = 0; shift < 32; shift += digitBits) {
      sortByDigit(half, shift, from, into);
      [from, into] = [into, from];
    }
  return from;
}

/** The table of a digit's places costs as much as comparing so many. */
const fewIds = 256;
const digitBits = 11;
const digits = 1 << digitBits;
const ends = new Uint32Array(digits);

function sortByDigit(half: Uint32Array, shift: number, from: Uint32Array, into: Uint32Array): void {
  ends.fill(0);
  for (const id of half) ends[(id >>> shift) & (digits - 1)]++;
  for (let digit = 1; digit < digits; digit++) ends[digit] += ends[digit - 1];
  for (let at = from.length - 1; at >= 0; at--)
    into[--ends[(half[from[at]] >>> shift) & (digits - 1)]] = from[at];
}
