/** Round numbers for an axis: steps of 1, 2 or 5 times a power of ten, about `wanted` of them between the ends. */
export function ticks(from: number, to: number, wanted = 5): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const [mantissa, exponent] = (span / wanted).toExponential().split("e").map(Number);
  const round = mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10;
  const step = Number(`${round}e${exponent}`);
  if (!(step > 0)) return [from];
  const found: number[] = [];
  // Multiples of the step by their number: a running sum would drift off round numbers.
  for (let i = Math.ceil(from / step); i * step <= to && found.length < 20; i++) {
    const tick = Number((i * step).toPrecision(15));
    if (found.length === 0 || tick > found[found.length - 1]) found.push(tick);
  }
  return found;
}
