/**
 * Gradient-boosted regression trees for a squared loss: each small tree predicts what those before it left over, and a tenth
 * of it is added.
 *
 * Source: Friedman (2001); trees grown leaf by leaf over binned features, as in LightGBM (Ke et al. 2017), with its defaults:
 * 100 trees of 31 leaves, at least 20 rows a leaf. Cost: rows × features for each level of each tree, once; 100 short walks a
 * row afterwards. No chance is involved and sums have a fixed order: the same rows give the same model everywhere. The model
 * is plain JSON. Edge cases: too few rows for a split predict the mean; a missing value goes left at every split.
 */
import { binColumns, type BinnedColumns } from "./binned-columns.ts";
import { growTree, type Tree } from "./regression-tree.ts";

export interface BoostedTrees {
  /** The mean of the targets: what is predicted before any tree. */
  base: number;
  trees: Tree[];
}

export interface BoostingOptions {
  trees?: number;
  leaves?: number;
  leastRows?: number;
  /** Share of each tree's prediction that is added, in (0, 1]. */
  rate?: number;
}

/**
 * Trees that are walked for many rows: half as many as LightGBM has, half as large. Where they learn losses (dle.ts) their
 * means over a window come as near to LightGBM's.
 */
export const edgeBoosting = { trees: 50, leaves: 16, rate: 0.2 } as const satisfies BoostingOptions;

/**
 * @param columns one a feature, of equal length; NaN is missing
 * @param targets finite, one a row
 */
export function fitBoostedTrees(
  columns: readonly Float64Array[],
  targets: Float64Array,
  { trees = 100, leaves = 31, leastRows = 20, rate = 0.1 }: BoostingOptions = {},
): BoostedTrees {
  if (columns.some(({ length }) => length !== targets.length))
    throw new RangeError("columns and targets differ in length");
  const rows = targets.length;
  const base = rows > 0 ? targets.reduce((sum, target) => sum + target, 0) / rows : NaN;
  const binned: BinnedColumns = binColumns(columns);
  const left = targets.map((target) => target - base);
  const grown: Tree[] = [];
  for (let i = 0; i < trees; i++) {
    const { tree, leafOf } = growTree(binned, left, { leaves, leastRows, rate });
    // A tree of one leaf has nothing to add, and neither have those after it.
    if (tree.feature.length === 0) break;
    grown.push(tree);
    for (let row = 0; row < rows; row++) left[row] -= tree.value[leafOf[row]];
  }
  return { base, trees: grown };
}

/** The prediction for each row. */
export function predictBoosted(
  { base, trees }: BoostedTrees,
  columns: readonly Float64Array[],
): Float64Array {
  const rows = columns[0]?.length ?? 0;
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = base;
    for (const { feature, threshold, left, right, value } of trees) {
      let node = 0;
      // Inner nodes count up from 0, leaves down from −1.
      while (node >= 0) {
        const x = columns[feature[node]][row];
        node = x > threshold[node] ? right[node] : left[node];
      }
      sum += value[-1 - node];
    }
    return sum;
  });
}
