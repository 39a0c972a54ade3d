import { hypergeomMass } from "../special/hypergeometric";
import { logFactorial } from "./binomial";
import { uniform } from "./generator";

/**
 * Hypergeometric draws: how many of `good` are among `sample` taken from `good + bad`.
 * Narrow distributions by inversion from the mode; wide ones by ratio of uniforms (Stadlober 1990, "HRUA").
 * Cost: about one standard deviation in steps, or about 1.3 trials; where the mass at the mode is not known, as much again as
 * two dozen steps.
 *
 * @param known masses at modes of draws with the same `good` and `bad`, see `massesBytes`; 0 for none
 */
export function hypergeometric(good: f64, bad: f64, sample: f64, known: usize): f64 {
  const lowest = Math.max(0, sample - bad);
  const highest = Math.min(good, sample);
  if (lowest >= highest) return lowest;
  const all = good + bad;
  const mean = (sample * good) / all;
  const variance = (mean * (bad / all) * (all - sample)) / Math.max(1, all - 1.0);
  return variance < 100.0
    ? fromMode(good, bad, sample, lowest, highest, known)
    : byRatio(good, bad, sample, lowest, highest, mean, variance);
}

/** Masses that are remembered, a power of two: draw after draw as many rows are left as before, give or take a few dozen. */
const MASSES: u64 = 64;
/** Room for the masses at modes of one `good` and `bad`: by the sample's last digits, the sample plus one (0: none) and its mass. */
export const massesBytes: usize = (<usize>MASSES) << 4;

function massAtMode(mode: f64, sample: f64, good: f64, all: f64, known: usize): f64 {
  if (known === 0) return hypergeomMass(mode, sample, good, all);
  const at = known + ((<usize>((<u64>sample) & (MASSES - 1))) << 4);
  if (load<f64>(at) !== sample + 1.0) {
    store<f64>(at, sample + 1.0);
    store<f64>(at, hypergeomMass(mode, sample, good, all), 8);
  }
  return load<f64>(at, 8);
}

function fromMode(good: f64, bad: f64, sample: f64, lowest: f64, highest: f64, known: usize): f64 {
  const all = good + bad;
  const mode = Math.floor(((sample + 1.0) * (good + 1.0)) / (all + 2.0));
  const atMode = massAtMode(mode, sample, good, all, known);
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

function byRatio(good: f64, bad: f64, sample: f64, lowest: f64, highest: f64, mean: f64, variance: f64): f64 {
  const D1: f64 = 1.7155277699214135; // 2 sqrt(2/e)
  const D2: f64 = 0.8989161620588988; // 3 - 2 sqrt(3/e)
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
function logTerm(k: f64, good: f64, bad: f64, sample: f64): f64 {
  return logFactorial(k) + logFactorial(good - k) + logFactorial(sample - k) + logFactorial(bad - sample + k);
}
