/**
 * A reference's importances where they do not come with it: those declared with the model's features or, where there are none,
 * those of small trees that repeat the model's answers.
 */
import type { Column, Columns } from "../domain/columns.ts";
import { declaredImportances, type Importances } from "../domain/importances.ts";
import { limits } from "../domain/limits.ts";
import { type Answering, answersOf } from "../domain/outcomes.ts";
import type { Kernel } from "../kernel/api.ts";
import { surrogateImportances } from "../methods/surrogate-importance.ts";
import type { ReferenceInput } from "./build.ts";

/** Classes whose scores are repeated: those that vary most say most. */
const mostAnswers = 10;

/** Null where nothing is declared, and the model gives neither score nor prediction or trees cannot repeat it. */
export function importancesOf(kernel: Kernel, input: ReferenceInput): Importances | null {
  return declaredImportances(input.features) ?? surrogateOf(kernel, input);
}

function surrogateOf(
  kernel: Kernel,
  { task = "binary", classes = [], features, columns, seed }: ReferenceInput,
): Importances | null {
  const given = new Map<string, Column>();
  for (const { name, role } of features) {
    const column = columns.columns.get(name);
    if (role === "feature" && column !== undefined) given.set(name, column);
  }
  const answers = answersIn({ task, classes: [...classes], features: [...features] }, columns);
  const mostRows = Math.min(limits.surrogateRows, Math.floor(limits.estimationValues / (given.size + 1)));
  const found = answers.length > 0 ? surrogateImportances(kernel, given, answers, { mostRows, seed }) : null;
  if (found === null) return null;
  const { shares, fidelity } = found;
  return {
    source: "surrogate",
    features: shares.map(({ name, share }) => ({ name, importance: rounded(share) })),
    fidelity: { ...fidelity, rSquared: rounded(fidelity.rSquared) },
  };
}

/** Six digits say all that a likeness knows. */
const rounded = (share: number): number => Number(share.toPrecision(6));

/** Scores, or where there are none the decision as one column a class; at most ten, those that vary most. */
function answersIn(model: Answering, columns: Columns): Float64Array[] {
  const { scores, scoresPerRow, predicted } = answersOf(model, columns);
  const column = (of: (row: number) => number): Float64Array =>
    Float64Array.from({ length: columns.rows }, (_, row) => of(row));
  const answers =
    scoresPerRow > 0
      ? Array.from({ length: scoresPerRow }, (_, k) => column((row) => scores[row * scoresPerRow + k]))
      : model.task === "multiclass"
        ? model.classes.map((_, k) =>
            predicted.map((answer) => (Number.isNaN(answer) ? NaN : Number(answer === k))),
          )
        : [predicted];
  if (answers.length <= mostAnswers) return answers;
  return answers
    .map((answer) => ({ answer, spread: spreadOf(answer) }))
    .sort((a, b) => b.spread - a.spread)
    .slice(0, mostAnswers)
    .map(({ answer }) => answer);
}

function spreadOf(values: Float64Array): number {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    const gap = value - mean;
    mean += gap / count;
    squares += gap * (value - mean);
  }
  return squares;
}
