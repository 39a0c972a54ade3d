/**
 * How long a control chart runs on average before it alarms, after Brook & Evans (1972): cut the range of its statistic
 * into narrow cells, let the chart be a Markov chain that is absorbed by an alarm, and solve (I − Q) L = 1, Q the
 * chances to step from cell to cell and L the expected number of values from each cell on.
 *
 * The error falls with the square of the cells' width, so that a coarse and a fine chain together tell where infinitely
 * narrow cells would lead (Richardson); on the logarithm of the run length, where the error is most nearly that square.
 * What remains is below one percent (the tests hold it against finer chains and published run lengths).
 *
 * Cost: cells³/3 multiplications for one chain. Finding a limit for a run length takes some eight pairs of chains,
 * because the logarithm of the run length is nearly a straight line in the limit: some tens of milliseconds, once, when
 * a detector is made.
 */
import type { Kernel } from "../../kernel-api.ts";

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
 * L for a chain that starts in cell `start`.
 * @param steps Q, row by row; each row sums to less than 1, so that no pivot is needed
 */
export function expectedSteps(steps: Float64Array, cells: number, start: number): number {
  const matrix = new Float64Array(cells * cells);
  for (let i = 0; i < matrix.length; i++) matrix[i] = -steps[i];
  for (let i = 0; i < cells; i++) matrix[i * cells + i] += 1;
  const rest = new Float64Array(cells).fill(1);
  for (let pivot = 0; pivot < cells; pivot++)
    for (let row = pivot + 1; row < cells; row++) {
      const factor = matrix[row * cells + pivot] / matrix[pivot * cells + pivot];
      if (factor === 0) continue;
      for (let column = pivot; column < cells; column++)
        matrix[row * cells + column] -= factor * matrix[pivot * cells + column];
      rest[row] -= factor * rest[pivot];
    }
  for (let row = cells - 1; row >= 0; row--) {
    for (let column = row + 1; column < cells; column++)
      rest[row] -= matrix[row * cells + column] * rest[column];
    rest[row] /= matrix[row * cells + row];
  }
  return rest[start];
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
