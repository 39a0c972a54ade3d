/**
 * The data that false alarms are measured on. Each source can draw rows, for references, and knows the true probability
 * of every cell, so that a window needs no rows: its counts are multinomial (METHODS §1).
 *
 * `shift` moves a source by that many standard deviations of its latent normal variable: how a day differs from others.
 */
import type { Column } from "#core/domain/columns.ts";
import type { FeatureType } from "#core/domain/model.ts";
import type { Cells } from "#core/domain/reference-cells.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { nextDown } from "#core/reference/numeric-cells.ts";
import { normal, uniform } from "./chance.ts";

export interface Source {
  name: string;
  type: FeatureType;
  /** Few possible values: an exact test may reject less often than its level. */
  discrete: boolean;
  draw: (rows: number, shift?: number) => Column;
  /** The true probability of each cell, and last of what lies in none (unseen). */
  shares: (kernel: Kernel, cells: Cells, shift?: number) => Float64Array;
}

/** One value, and the probability of values up to x; both after a shift of the latent normal. */
export interface NumericLaw {
  value: (shift: number) => number;
  below: (kernel: Kernel, x: number, shift: number) => number;
}

export function numericSource(name: string, { value, below }: NumericLaw, discrete = false): Source {
  return {
    name,
    type: "numeric",
    discrete,
    draw: (rows, shift = 0) => {
      const values = new Float64Array(rows);
      for (let row = 0; row < rows; row++) values[row] = value(shift);
      return { kind: "numeric", values };
    },
    shares: (kernel, cells, shift = 0) => {
      if (cells.kind === "categories") throw new TypeError(`${name} is numeric`);
      const at = (x: number): number => below(kernel, x, shift);
      if (cells.kind === "values") return withRest(cells.values.map((v) => at(v) - at(nextDown(v))));
      const ends = [0, ...cells.edges.map(at), 1];
      return withRest(ends.slice(1).map((end, cell) => end - ends[cell]));
    },
  };
}

/** Probabilities of the cells, floored at 0 against rounding, and what they leave. */
function withRest(shares: number[]): Float64Array {
  const kept = shares.map((share) => Math.max(0, share));
  const rest = 1 - kept.reduce((sum, share) => sum + share, 0);
  return Float64Array.of(...kept, rest > 1e-12 ? rest : 0);
}

const phi = (kernel: Kernel, z: number): number => kernel.normalSf(-z);

const normalLaw: NumericLaw = {
  value: (shift) => normal() + shift,
  below: (kernel, x, shift) => phi(kernel, x - shift),
};
const lognormalLaw: NumericLaw = {
  value: (shift) => Math.exp(normal() + shift),
  below: (kernel, x, shift) => (x > 0 ? phi(kernel, Math.log(x) - shift) : 0),
};
/** Zeros with the given probability, lognormal otherwise. */
const inflated = (zeros: number): NumericLaw => ({
  value: (shift) => (uniform() < zeros ? 0 : lognormalLaw.value(shift)),
  below: (kernel, x, shift) => (x < 0 ? 0 : zeros + (1 - zeros) * lognormalLaw.below(kernel, x, shift)),
});
/** Whole numbers of which the usual ones hold several rows in a hundred: a lognormal count rounded down. */
const tied: NumericLaw = {
  value: (shift) => Math.floor(20 * Math.exp(normal() + shift)),
  below: (kernel, x, shift) => (x < 0 ? 0 : lognormalLaw.below(kernel, (Math.floor(x) + 1) / 20, shift)),
};

/** Categories whose shares fall as 1/rank, as names, places and products do. */
function zipf(count: number): number[] {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function categorySource(name: string, labels: string[], probabilities: number[]): Source {
  const type = labels.length === 2 ? "boolean" : "categorical";
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  return {
    name,
    type,
    discrete: true,
    draw: (rows) => {
      const codes = new Int32Array(rows);
      for (let row = 0; row < rows; row++) {
        let u = uniform();
        let code = 0;
        while (code < probabilities.length - 1 && u >= probabilities[code]) u -= probabilities[code++];
        codes[row] = code;
      }
      return { kind: "categorical", codes, dictionary: labels };
    },
    shares: (_, cells) => {
      if (cells.kind !== "categories") throw new TypeError(`${name} is categorical`);
      const of = (label: string): number => probabilities[indexOf.get(label) ?? -1] ?? 0;
      const other = cells.other.reduce((sum, label) => sum + of(label), 0);
      return withRest([...cells.values.map(of), ...(cells.other.length > 0 ? [other] : [])]);
    },
  };
}

const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `c${index}`);

export const sources: Source[] = [
  numericSource("normal", normalLaw),
  numericSource("lognormal", lognormalLaw),
  numericSource("zeros 50 %", inflated(0.5)),
  numericSource("zeros 90 %", inflated(0.9)),
  numericSource("integers", tied, true),
  categorySource("2 categories", ["false", "true"], [0.8, 0.2]),
  categorySource("2 categories, one rare", ["false", "true"], [0.99, 0.01]),
  categorySource("5 categories", named(5), zipf(5)),
  categorySource("50 categories", named(50), zipf(50)),
];

export function sourceOf(name: string): Source {
  const source = sources.find((one) => one.name === name);
  if (source === undefined) throw new RangeError(`no data called "${name}"`);
  return source;
}
