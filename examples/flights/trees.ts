/**
 * Gradient-boosted trees with logistic loss on binned features: Newton steps on histograms (Friedman 2001; Chen and
 * Guestrin 2016), level by level, the larger child of a split by subtraction. Every tree sees a seeded half of the
 * rows. The same rows and seed give the same trees.
 */
import { BINS, FEATURES, type Binned } from "./binning.ts";

export interface TreeOptions {
  trees: number;
  depth: number;
  rate: number;
  /** Added to the second derivatives of a leaf: keeps small leaves small. */
  shrinkage: number;
  /** Rows (weighted by p(1−p)) that a leaf needs. */
  leafWeight: number;
  /** Share of the rows that each tree sees. */
  sample: number;
  seed: number;
}

export const treeOptions: TreeOptions = {
  trees: 60,
  depth: 6,
  rate: 0.15,
  shrinkage: 5,
  leafWeight: 20,
  sample: 0.5,
  seed: 2001,
};

/** Nodes as in a heap: children of i at 2i + 1 and 2i + 2. `feature` 255 ends the way. */
export interface Tree {
  feature: Uint8Array;
  /** A bin up to this goes left. */
  cut: Uint8Array;
  value: Float64Array;
}

export interface Forest {
  /** Log-odds before the first tree. */
  start: number;
  trees: Tree[];
  /** By feature, its share of all that the splits gained; sums to 1 when there was a split. */
  importance: Float64Array;
}

export const LEAF = 255;
const SLOT = BINS * 2;
/** Bytes of a row, as a constant of this module: the loops below read it a billion times. */
const WIDTH = FEATURES;

export function growForest(
  binned: Binned,
  late: Uint8Array,
  options: TreeOptions,
  onTree: (done: number) => void = () => {},
): Forest {
  const rows = late.length;
  let positives = 0;
  for (const value of late) positives += value;
  const start = Math.log(positives / (rows - positives));
  const margin = new Float64Array(rows).fill(start);
  const gradient = new Float64Array(rows);
  const curvature = new Float64Array(rows);
  const random = seeded(options.seed);
  const trees: Tree[] = [];
  const gains = new Float64Array(WIDTH);
  for (let count = 0; count < options.trees; count++) {
    let sampled = 0;
    const sample = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) {
      const probability = 1 / (1 + Math.exp(-margin[row]));
      gradient[row] = probability - late[row];
      curvature[row] = probability * (1 - probability);
      if (random() < options.sample) sample[sampled++] = row;
    }
    const tree = growTree(binned, gradient, curvature, sample.subarray(0, sampled), options, gains);
    addTree(tree, binned, margin);
    trees.push(tree);
    onTree(count + 1);
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return { start, trees, importance: gains.map((gain) => (total > 0 ? gain / total : 0)) };
}

/** The forest's probability for each row. */
export function predict({ start, trees }: Pick<Forest, "start" | "trees">, binned: Binned): Float64Array {
  const margin = new Float64Array(binned.length / WIDTH).fill(start);
  for (const tree of trees) addTree(tree, binned, margin);
  return margin.map((value) => 1 / (1 + Math.exp(-value)));
}

function addTree({ feature, cut, value }: Tree, binned: Binned, margin: Float64Array): void {
  for (let row = 0, at = 0; row < margin.length; row++, at += WIDTH) {
    let node = 0;
    while (feature[node] !== LEAF) node = 2 * node + (binned[at + feature[node]] <= cut[node] ? 1 : 2);
    margin[row] += value[node];
  }
}

interface Open {
  node: number;
  rows: Uint32Array;
  histogram: Float64Array;
}

function growTree(
  binned: Binned,
  gradient: Float64Array,
  curvature: Float64Array,
  sample: Uint32Array,
  options: TreeOptions,
  gains: Float64Array,
): Tree {
  const nodes = 2 ** (options.depth + 1) - 1;
  const tree: Tree = {
    feature: new Uint8Array(nodes).fill(LEAF),
    cut: new Uint8Array(nodes),
    value: new Float64Array(nodes),
  };
  const count = (rows: Uint32Array): Float64Array => histogramOf(binned, gradient, curvature, rows);
  let level: Open[] = [{ node: 0, rows: sample, histogram: count(sample) }];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Open[] = [];
    for (const { node, rows, histogram } of level) {
      const [g, h] = totals(histogram);
      tree.value[node] = (-options.rate * g) / (h + options.shrinkage);
      const split = depth < options.depth ? bestSplit(histogram, g, h, options) : null;
      if (split === null) continue;
      tree.feature[node] = split.feature;
      tree.cut[node] = split.cut;
      gains[split.feature] += split.gain;
      const [left, right] = partition(binned, rows, split.feature, split.cut);
      const small = left.length < right.length ? left : right;
      const counted = count(small);
      for (let slot = 0; slot < histogram.length; slot++) histogram[slot] -= counted[slot];
      for (const [side, child] of [
        [left, 2 * node + 1],
        [right, 2 * node + 2],
      ] as const)
        next.push({ node: child, rows: side, histogram: side === small ? counted : histogram });
    }
    level = next;
  }
  return tree;
}

/** Σ gradient and Σ curvature by feature and bin. */
function histogramOf(
  binned: Binned,
  gradient: Float64Array,
  curvature: Float64Array,
  rows: Uint32Array,
): Float64Array {
  const histogram = new Float64Array(WIDTH * SLOT);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    const g = gradient[row];
    const h = curvature[row];
    const at = row * WIDTH;
    for (let feature = 0, base = 0; feature < WIDTH; feature++, base += SLOT) {
      const slot = base + 2 * binned[at + feature];
      histogram[slot] += g;
      histogram[slot + 1] += h;
    }
  }
  return histogram;
}

function totals(histogram: Float64Array): [number, number] {
  let g = 0;
  let h = 0;
  for (let slot = 0; slot < SLOT; slot += 2) {
    g += histogram[slot];
    h += histogram[slot + 1];
  }
  return [g, h];
}

/** The split with the greatest gain in the second-order loss; null when none gains. */
function bestSplit(
  histogram: Float64Array,
  g: number,
  h: number,
  { shrinkage, leafWeight }: TreeOptions,
): { feature: number; cut: number; gain: number } | null {
  let best: { feature: number; cut: number; gain: number } | null = null;
  const unsplit = (g * g) / (h + shrinkage);
  let bestGain = 1e-9;
  for (let feature = 0; feature < WIDTH; feature++) {
    let gLeft = 0;
    let hLeft = 0;
    for (let bin = 0; bin < BINS - 1; bin++) {
      const slot = feature * SLOT + 2 * bin;
      gLeft += histogram[slot];
      hLeft += histogram[slot + 1];
      const hRight = h - hLeft;
      if (hLeft < leafWeight || hRight < leafWeight) continue;
      const gRight = g - gLeft;
      const gain = (gLeft * gLeft) / (hLeft + shrinkage) + (gRight * gRight) / (hRight + shrinkage) - unsplit;
      if (gain > bestGain) {
        bestGain = gain;
        best = { feature, cut: bin, gain };
      }
    }
  }
  return best;
}

function partition(
  binned: Binned,
  rows: Uint32Array,
  feature: number,
  cut: number,
): [Uint32Array, Uint32Array] {
  const split = new Uint32Array(rows.length);
  let left = 0;
  let right = rows.length;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (binned[row * WIDTH + feature] <= cut) split[left++] = row;
    else split[--right] = row;
  }
  // The right part came in backwards; in order it reads memory forwards.
  return [split.subarray(0, left), split.subarray(left).reverse()];
}

/** mulberry32, uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
