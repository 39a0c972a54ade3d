import { hypergeomMass } from "./special.ts";
import { logFactorial } from "./random-binomial.ts";
import { uniform } from "./generator.ts";

/**
 * Hypergeometric draws: how many of `good` are among `sample` taken from `good + bad`.
 * Narrow distributions by inversion from the mode; wide ones by ratio of uniforms (Stadlober 1990, "HRUA").
 * Cost: about one standard deviation in steps, or about 1.3 trials.
 */
export function hypergeometric(good: number, bad: number, sample: number): number {
  const lowest = Math.max(0, sample - bad);
  const highest = Math.min(good, sample);
  if (lowest >= highest) return lowest;
  const all = good + bad;
  const mean = (sample * good) / all;
  const variance = (mean * (bad / all) * (all - sample)) / Math.max(1, all - 1.0);
  return variance < 100.0
    ? fromMode(good, bad, sample, lowest, highest)
    : byRatio(good, bad, sample, lowest, highest, mean, variance);
}

function fromMode(good: number, bad: number, sample: number, lowest: number, highest: number): number {
  const all = good + bad;
  const mode = Math.floor(((sample + 1.0) * (good + 1.0)) / (all + 2.0));
  const atMode = hypergeomMass(mode, sample, good, all);
  let u = uniform() - atMode;
  if (u <= 0) return mode;
  let up = mode;
  let down = mode;
  let massUp = atMode;
  let massDown = atMode;
  while (up < highest || down > lowest) {
    if (up < highest) {
      massUp *= ((good - up) * (sample - up)) / ((up + 1.0) * (bad - sample + up + 1.0));
      up += 1;
      u -= massUp;
      if (u <= 0) return up;
    }
    if (down > lowest) {
      massDown *= (down * (bad - sample + down)) / ((good - down + 1.0) * (sample - down + 1.0));
      down -= 1;
      u -= massDown;
      if (u <= 0) return down;
    }
    if (massUp < 1e-300 && massDown < 1e-300) break;
  }
  return mode; // what rounding left over
}

function byRatio(
  good: number,
  bad: number,
  sample: number,
  lowest: number,
  highest: number,
  mean: number,
  variance: number,
): number {
  const D1 = 1.7155277699214135; // 2 sqrt(2/e)
  const D2 = 0.8989161620588988; // 3 - 2 sqrt(3/e)
  const centre = mean + 0.5;
  const spread = Math.sqrt(variance + 0.5);
  const width = D1 * spread + D2;
  const mode = Math.floor(((sample + 1.0) * (good + 1.0)) / (good + bad + 2.0));
  const atMode = logTerm(mode, good, bad, sample);
  while (true) {
    const u = uniform();
    const v = uniform();
    const x = centre + (width * (v - 0.5)) / u;
    const k = Math.floor(x);
    if (k < lowest || k > highest) continue;
    const t = atMode - logTerm(k, good, bad, sample);
    if (u * (4.0 - u) - 3.0 <= t) return k;
    if (u * (u - t) >= 1.0) continue;
    if (2.0 * Math.log(u) <= t) return k;
  }
}

/** Minus the logarithm of the mass, up to a constant. */
function logTerm(k: number, good: number, bad: number, sample: number): number {
  return logFactorial(k) + logFactorial(good - k) + logFactorial(sample - k) + logFactorial(bad - sample + k);
}
