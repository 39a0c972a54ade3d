/**
 * How long a control chart runs on average before it alarms, after Brook & Evans (1972): cut the range of its statistic
 * into narrow cells, let the chart be a Markov chain that is absorbed by an alarm, and solve (I − Q) L = 1, Q the
 * chances to step from cell to cell and L the expected number of values from each cell on.
 *
 * The error falls with the square of the cells' width, so that a coarse and a fine chain together tell where infinitely
 * narrow cells would lead (Richardson); on the logarithm of the run length, where the error is most nearly that square.
 * What remains is below a thousandth, and below a hundredth for an EWMA of weight 0.02 (the tests hold it against the
 * integral equations).
 *
 * Cost: cells³/3 multiplications for one chain. Finding a limit for a run length takes some eight pairs of chains,
 * because the logarithm of the run length is nearly a straight line in the limit: some tens of milliseconds, once, when
 * a detector is made.
 */
import type { Kernel } from "../../kernel/api.ts";

/** Odd, so that one cell lies in the middle. */
const coarseCells = 61;
const fineCells = 121;

/** The run length that chains of ever more cells approach, from that of a chain of so many cells. */
export function extrapolate(kernel: Kernel, chain: (cells: number) => number): number {
  const coarse = kernel.log(chain(coarseCells));
  const fine = kernel.log(chain(fineCells));
  const ratio = fineCells / coarseCells;
  return kernel.exp(fine + (fine - coarse) / (ratio * ratio - 1));
}

/**
 * L for a chain that starts in cell `start`. Cells are taken out one after the other, the ways through them added to the
 * ways around them (Grassmann, Taksar & Heyman 1985): nothing is ever subtracted, so that a run length of 10^30 is as
 * exact as one of ten.
 * @param steps Q, row by row; it is used up
 * @param exits chance of an alarm from each cell
 */
export function expectedSteps(steps: Float64Array, exits: Float64Array, start: number): number {
  const cells = exits.length;
  const times = new Float64Array(cells).fill(1);
  const leaving = new Float64Array(cells);
  for (let out = cells - 1; out >= 0; out--) {
    leaving[out] = exits[out];
    for (let to = 0; to < out; to++) leaving[out] += steps[out * cells + to];
    for (let from = 0; from < out; from++) {
      const through = steps[from * cells + out] / leaving[out];
      if (through === 0) continue;
      for (let to = 0; to < out; to++) steps[from * cells + to] += through * steps[out * cells + to];
      exits[from] += through * exits[out];
      times[from] += through * times[out];
    }
  }
  for (let cell = 0; cell < cells; cell++) {
    for (let to = 0; to < cell; to++) times[cell] += steps[cell * cells + to] * times[to];
    times[cell] /= leaving[cell];
  }
  return times[start];
}

const smallestLimit = 0.01;

/**
 * The limit at which `runLength`, which grows with it, reaches the target: by secants within a bracket. Where even the
 * smallest limit runs longer, that one.
 */
export function limitFor(
  kernel: Kernel,
  target: number,
  guess: number,
  runLength: (limit: number) => number,
): number {
  const goal = kernel.log(target);
  const miss = (limit: number): number => kernel.log(runLength(limit)) - goal;
  let [low, high] = [guess, guess];
  let [below, above] = [miss(low), miss(high)];
  while (below > 0 && low > smallestLimit) below = miss((low *= 0.8));
  while (above < 0) above = miss((high *= 1.25));
  if (!(below <= 0)) return low;
  for (let step = 0; step < 60 && high - low > 1e-9 * high; step++) {
    // A secant that would leave one end where it is for ever is given up for a halving every third step.
    const secant = low + ((high - low) * -below) / (above - below);
    const next = step % 3 === 2 || !(secant > low && secant < high) ? (low + high) / 2 : secant;
    const missed = miss(next);
    if (Math.abs(missed) < 1e-5) return next;
    if (missed < 0) [low, below] = [next, missed];
    else [high, above] = [next, missed];
  }
  return (low + high) / 2;
}
