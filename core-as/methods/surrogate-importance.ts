/**
 * How much a model leans on each feature, without the model: small boosted trees learn its answers from the features, and each
 * feature's values are dealt anew among rows that the trees have not seen. What their answers lose by it, by how much the
 * answers vary, is the feature's importance (permutation importance: Breiman 2001; Fisher, Rudin and Dominici 2019).
 *
 * They are the importances of a likeness: as good as it repeats the model, which R² on the unseen rows says (`fidelity`).
 * Features that say the same share what they say, or one has it all. Several answers (the scores of several classes) count
 * by how much they vary.
 *
 * Cost: that of the trees, and for each feature a walk of the unseen rows through the trees that use it, three times. The
 * same rows and seed give the same bits. Edge cases: no answer with fewer than 100 rows, where the answers do not vary, or
 * where the trees repeat nothing of them (R² at most 0); a feature that no tree uses has importance 0.
 */
import { type Column, gather } from "../domain/columns.ts";
import type { Kernel } from "../kernel/api.ts";
import { compileTrees } from "./estimation/compiled-trees.ts";
import { encode, learnEncoding } from "./estimation/encoded-features.ts";
import { type BoostedTrees, edgeBoosting, fitBoostedTrees } from "./estimation/gradient-boosting.ts";
import { type RandomSource, randomSource } from "./seeded-random.ts";

export interface SurrogateImportances {
  /** At least 0, adding up to 1; all 0 where dealing values anew never lost anything. */
  shares: { name: string; share: number }[];
  fidelity: {
    /** Of the trees on rows that they have not seen: 1 repeats the model, 0 says no more than its mean. */
    rSquared: number;
    /** Unseen rows. */
    rows: number;
  };
}

export interface SurrogateOptions {
  /** Rows that are looked at, of which a quarter stays unseen. */
  mostRows: number;
  /** Unsigned 32 bits. */
  seed: number;
}

const leastRows = 100;
const deals = 3;

/**
 * @param columns the features, of as many rows as each of the answers
 * @param answers what the model said: a score, a prediction, or one score a class; rows without all of them do not count
 */
export function surrogateImportances(
  kernel: Kernel,
  columns: ReadonlyMap<string, Column>,
  answers: readonly Float64Array[],
  { mostRows, seed }: SurrogateOptions,
): SurrogateImportances | null {
  const random = randomSource(kernel, seed);
  const answered = Int32Array.from(answers[0]?.keys() ?? []).filter((row) =>
    answers.every((answer) => Number.isFinite(answer[row])),
  );
  const rows = dealt(answered, random).subarray(0, mostRows);
  if (rows.length < leastRows || columns.size === 0) return null;
  const quarter = rows.length >> 2;
  const [unseen, seen] = [rows.slice(0, quarter), rows.slice(quarter)];
  const lost = new Float64Array(columns.size);
  let [left, all] = [0, 0];
  for (const answer of answers) {
    const target = gather(answer, seen);
    const features = learnEncoding(columns, seen, target);
    const encoded = encode(features, columns);
    const learnt = fitBoostedTrees(
      encoded.map((column) => gather(column, seen)),
      target,
      edgeBoosting,
    );
    const data = encoded.map((column) => gather(column, unseen));
    const truth = gather(answer, unseen);
    const said = compileTrees(learnt).predict(data, quarter);
    left += squares(truth, said);
    all += squares(truth, new Float64Array(quarter).fill(mean(truth)));
    for (let at = 0; at < data.length; at++)
      lost[at] += lossOf(learnt, data, at, truth, said, random) - squares(truth, said);
  }
  const rSquared = 1 - left / all;
  if (!(rSquared > 0)) return null;
  const total = lost.reduce((sum, loss) => sum + Math.max(0, loss), 0);
  const shares = Array.from(columns.keys(), (name, at) => ({
    name,
    share: total > 0 ? Math.max(0, lost[at]) / total : 0,
  }));
  return { shares, fidelity: { rSquared, rows: quarter } };
}

/** The trees' squared error once one column is dealt anew, averaged over some deals. */
function lossOf(
  { trees }: BoostedTrees,
  data: readonly Float64Array[],
  at: number,
  truth: Float64Array,
  said: Float64Array,
  random: RandomSource,
): number {
  const using = trees.filter(({ feature }) => feature.includes(at));
  if (using.length === 0) return squares(truth, said);
  const part = compileTrees({ base: 0, trees: using });
  const before = part.predict(data, truth.length);
  let sum = 0;
  for (let deal = 0; deal < deals; deal++) {
    const moved = [...data];
    moved[at] = dealt(data[at], random);
    const after = part.predict(moved, truth.length);
    sum += squares(
      truth,
      said.map((value, row) => value - before[row] + after[row]),
    );
  }
  return sum / deals;
}

/** The values in an order of chance (Fisher and Yates 1938). */
function dealt<T extends Int32Array | Float64Array>(values: T, random: RandomSource): T {
  const order = gather(values, Int32Array.from(values.keys()));
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

function squares(truth: Float64Array, said: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < truth.length; row++) sum += (truth[row] - said[row]) * (truth[row] - said[row]);
  return sum;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
