/** Models that are as good as ever: what they answer and what turns out to be true, row by row. */
import type { Outcomes } from "#core/domain/outcomes.ts";
import type { MetricName } from "#core/domain/performance-metrics.ts";
import { normal, uniform } from "./chance.ts";

export interface World {
  name: string;
  task: Outcomes["task"];
  classes: readonly string[];
  metrics: readonly MetricName[];
  /** `effect` is how far a day's quality is off, in logarithms of what the scores are worth or of the errors' size. */
  draw: (rows: number, effect?: number) => Outcomes;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Calibrated scores whose log odds are normal; a day's effect makes them too sharp or too blunt. */
function binary(name: string, spread: number, centre: number): World {
  const classes = ["false", "true"];
  return {
    name,
    task: "binary",
    classes,
    metrics: [
      ...(["rocAuc", "averagePrecision", "accuracy", "balancedAccuracy", "precision", "recall"] as const),
      ...(["f1", "mcc", "logLoss", "brier"] as const),
    ],
    draw: (rows, effect = 0) => {
      const drawn = empty("binary", classes, rows, 1);
      for (let row = 0; row < rows; row++) {
        const odds = spread * normal() + centre;
        drawn.scores[row] = logistic(odds);
        drawn.predicted[row] = odds >= 0 ? 1 : 0;
        drawn.labels[row] = uniform() < logistic(centre + (odds - centre) * Math.exp(effect)) ? 1 : 0;
      }
      return drawn;
    },
  };
}

/** Three classes, the last in a tenth of the rows. */
const several: World = {
  name: "3 classes",
  task: "multiclass",
  classes: ["a", "b", "c"],
  metrics: ["accuracy", "macroF1", "rocAuc", "logLoss"],
  draw: (rows, effect = 0) => {
    const drawn = empty("multiclass", ["a", "b", "c"], rows, 3);
    for (let row = 0; row < rows; row++) {
      const odds = [0.8 + 1.8 * normal(), 1.8 * normal(), -1.4 + 1.8 * normal()];
      const shares = softmax(odds);
      shares.forEach((share, each) => (drawn.scores[row * 3 + each] = share));
      drawn.predicted[row] = shares.indexOf(Math.max(...shares));
      let u = uniform();
      const truth = softmax(odds.map((one) => one * Math.exp(effect)));
      drawn.labels[row] = truth.findIndex((share) => (u -= share) < 0);
      if (drawn.labels[row] < 0) drawn.labels[row] = 2;
    }
    return drawn;
  },
};

function softmax(odds: readonly number[]): number[] {
  const terms = odds.map((one) => Math.exp(one));
  const total = terms.reduce((sum, term) => sum + term, 0);
  return terms.map((term) => term / total);
}

function regression(name: string, error: (label: number) => number): World {
  return {
    name,
    task: "regression",
    classes: [],
    metrics: ["mae", "rmse", "medianAbsoluteError", "r2", "quantileLoss", "bias"],
    draw: (rows, effect = 0) => {
      const drawn = empty("regression", [], rows, 0);
      for (let row = 0; row < rows; row++) {
        const label = 10 + 2 * normal();
        drawn.labels[row] = label;
        drawn.predicted[row] = label + error(label) * Math.exp(effect);
      }
      return drawn;
    },
  };
}

export const worlds: World[] = [
  binary("binary, a third true", 1.5, -1),
  binary("binary, 5 % true", 2, -3.9),
  several,
  regression("normal errors", () => normal()),
  regression("skewed errors that grow with the label", (label) => (0.1 * label * Math.exp(normal())) / 1.6),
];

export function worldOf(name: string): World {
  const world = worlds.find((one) => one.name === name);
  if (world === undefined) throw new RangeError(`no model called "${name}"`);
  return world;
}

function empty(
  task: Outcomes["task"],
  classes: readonly string[],
  rows: number,
  scoresPerRow: number,
): Outcomes {
  return {
    ...{ task, classes, rows, scoresPerRow },
    scores: new Float64Array(rows * scoresPerRow),
    predicted: new Float64Array(rows),
    labels: new Float64Array(rows),
    delaysMs: new Float64Array(rows).fill(NaN),
  };
}
