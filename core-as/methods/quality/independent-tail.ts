/**
 * P(at least x of some independent events happen), each with a chance of its own: the tail of the Poisson binomial
 * distribution. Up to 400 events exactly, event by event; more by the saddlepoint of Lugannani and Rice (1980) in Daniels's
 * form for whole numbers (1987), off by a few percent down to the smallest tails. Cost: at most 160,000 steps, or some dozen
 * passes over the chances.
 */
import type { Kernel } from "../../kernel/api.ts";

/** So many events of the same chance. */
export interface Chance {
  chance: number;
  values: number;
}

export function independentTail(kernel: Kernel, chances: readonly Chance[], x: number): number {
  // What cannot happen, or must, leaves the others to chance.
  const certain = chances.reduce((sum, { chance, values }) => sum + (chance >= 1 ? values : 0), 0);
  const open = chances.filter(({ chance }) => chance > 0 && chance < 1);
  const most = open.reduce((sum, { values }) => sum + values, 0);
  const wanted = x - certain;
  if (wanted <= 0) return 1;
  if (wanted > most) return 0;
  return most <= exactEvents ? exactTail(open, wanted) : saddlepointTail(kernel, open, wanted);
}

const exactEvents = 400;

function exactTail(open: readonly Chance[], wanted: number): number {
  // distribution[k]: the probability of k events so far; from `wanted` on they need not be told apart.
  const distribution = new Float64Array(wanted + 1);
  distribution[0] = 1;
  for (const { chance, values } of open)
    for (let event = 0; event < values; event++) {
      distribution[wanted] += distribution[wanted - 1] * chance;
      for (let k = wanted - 1; k > 0; k--)
        distribution[k] = distribution[k] * (1 - chance) + distribution[k - 1] * chance;
      distribution[0] *= 1 - chance;
    }
  return Math.min(1, distribution[wanted]);
}

function saddlepointTail(kernel: Kernel, open: readonly Chance[], wanted: number): number {
  const mean = open.reduce((sum, { chance, values }) => sum + values * chance, 0);
  const variance = open.reduce((sum, { chance, values }) => sum + values * chance * (1 - chance), 0);
  const deviations = (wanted - mean) / Math.sqrt(variance);
  // Around the mean the saddlepoint divides 0 by 0; there a normal tail will do.
  if (Math.abs(deviations) < 0.1) return kernel.normalSf((wanted - 0.5 - mean) / Math.sqrt(variance));
  const t = saddlepoint(kernel, open, wanted);
  const [cumulant, , second] = cumulants(kernel, open, t);
  const w = Math.sqrt(Math.max(0, 2 * (t * wanted - cumulant))) * (t < 0 ? -1 : 1);
  const u = (1 - kernel.exp(-t)) * Math.sqrt(second);
  const density = kernel.exp((-w * w) / 2) / Math.sqrt(2 * Math.PI);
  return Math.min(1, Math.max(0, kernel.normalSf(w) + density * (1 / u - 1 / w)));
}

/** The tilt under which x is the mean, halved until it stands still. */
function saddlepoint(kernel: Kernel, chances: readonly Chance[], x: number): number {
  let [low, high] = [-700, 700];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (cumulants(kernel, chances, middle)[1] < x) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ln E exp(tX) and its first two derivatives. */
function cumulants(kernel: Kernel, chances: readonly Chance[], t: number): [number, number, number] {
  const [up, down] = [kernel.exp(Math.min(t, 0)), kernel.exp(Math.min(-t, 0))];
  let [value, first, second] = [0, 0, 0];
  for (const { chance, values } of chances) {
    // Both weights divided by e^t where that is large.
    const [happens, fails] = [chance * up, (1 - chance) * down];
    const tilted = happens / (happens + fails);
    value += values * (kernel.log(happens + fails) + Math.max(t, 0));
    first += values * tilted;
    second += values * tilted * (1 - tilted);
  }
  return [value, first, second];
}
