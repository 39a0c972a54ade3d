import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { confusionOf } from "#core/methods/performance/confusion-matrix.ts";
import { macroRocAuc } from "#core/methods/performance/macro-roc-auc.ts";
import { multiclassDecisions } from "#core/methods/performance/multiclass-decisions.ts";
import {
  multiclassProbabilityMeasures,
  multiclassSumsOf,
} from "#core/methods/performance/multiclass-probabilities.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, readSample, toNumber } from "./reference-data.ts";

type Averages = Record<"precision" | "recall" | "f1", OracleNumber>;
interface Case {
  id: string;
  csv?: string;
  start: number;
  end: number;
  classes: string[];
  y_true?: string[];
  y_pred?: string[];
  proba?: number[][];
  expected: {
    n: number;
    accuracy: OracleNumber;
    confusion: number[][];
    mcc: OracleNumber;
    cohen_kappa: OracleNumber;
    macro: Averages;
    micro: Averages;
    weighted: Averages;
    log_loss_clip_1e_15_renormalised: OracleNumber;
    brier_multi: OracleNumber;
    /** Absent where a class has no rows. */
    roc_auc_ovr_macro?: OracleNumber;
  };
}

const exact: Tolerance = { relative: 0 };
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };

interface Rows {
  classes: number;
  labels: ArrayLike<number>;
  predicted: ArrayLike<number>;
  probabilities: Float64Array;
}

function rowsOf({ csv, start, end, classes, y_true, y_pred, proba }: Case): Rows {
  if (csv === undefined) {
    const indices = (values: string[] = []): number[] => values.map((name) => classes.indexOf(name));
    const probabilities = Float64Array.from((proba ?? []).flat());
    return { classes: classes.length, labels: indices(y_true), predicted: indices(y_pred), probabilities };
  }
  const column = (name: string): Float64Array => readSample({ csv, column: name, start, end });
  const count = classes.length;
  const columns = classes.map((name) => column(`proba_${name}`));
  const probabilities = new Float64Array(columns[0].length * count);
  columns.forEach((values, each) => values.forEach((p, row) => (probabilities[row * count + each] = p)));
  return { classes: count, labels: column("y_true"), predicted: column("y_pred"), probabilities };
}

function compareCase(kernel: Kernel, comparison: Comparison, each: Case): void {
  const { id, expected } = each;
  const { classes, labels, predicted, probabilities } = rowsOf(each);
  const matrix = confusionOf(labels, predicted, classes);
  const found = multiclassDecisions(kernel, matrix);
  const check = (name: string, actual: number, wanted: OracleNumber, tolerance = statistic): void =>
    comparison.check(`${id} ${name}`, actual, toNumber(wanted), tolerance);
  check("n", labels.length, expected.n, exact);
  expected.confusion
    .flat()
    .forEach((count, cell) => check(`confusion ${cell}`, matrix.counts[cell], count, exact));
  check("accuracy", found.accuracy.statistic, expected.accuracy);
  check("mcc", found.mcc.statistic, expected.mcc);
  check("kappa", found.kappa.statistic, expected.cohen_kappa);
  for (const mean of ["macro", "micro", "weighted"] as const)
    for (const name of ["precision", "recall", "f1"] as const)
      check(`${mean} ${name}`, found[mean][name].statistic, expected[mean][name]);
  const losses = multiclassProbabilityMeasures(
    kernel,
    multiclassSumsOf(kernel, probabilities, labels, classes),
  );
  check("log-loss", losses.logLoss.statistic, expected.log_loss_clip_1e_15_renormalised);
  check("brier", losses.brier.statistic, expected.brier_multi);
  const area = macroRocAuc(kernel, probabilities, labels, classes).statistic;
  check("roc auc", area, expected.roc_auc_ovr_macro ?? "NaN");
}

describe.each(kernels)("the quality of a model with several classes, by the $name kernel", (kernel) => {
  it("is what scikit-learn finds", () => {
    const comparison = new Comparison("multiclass_quality");
    const cases = present ? readOracle<{ cases: Case[] }>("multiclass_quality").cases : [];
    for (const each of cases) compareCase(kernel, comparison, each);
    comparison.finish(kernel.name);
    if (present) expect(cases.length).toBeGreaterThan(10);
  });
});
