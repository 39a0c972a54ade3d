/**
 * What the kernel can do, in one list. `kernel.ts` (Wasm) and `twin/` (plain TypeScript) both implement it;
 * everything above them takes a `Kernel` and cannot tell the two apart but by speed and the last bits.
 *
 * Conventions: samples are `Float64Array`s that may hold NaN (missing) and ±Infinity; counts are non-negative
 * integers held in `Float64Array`s, one entry a cell, `a` from the reference and `c` from the window, of equal length.
 * `n` and `m` are their sums. Lengths are checked at this border (RangeError), never inside the loops.
 */
export interface Kernel {
  readonly name: "wasm" | "twin";

  // ---- counting: samples to integers --------------------------------------------------------------------
  /**
   * Counts `values` into the right-closed cells `(edges[i-1], edges[i]]`, outer cells open. `edges` ascend strictly. With
   * `rows`, only the values at these places, which all exist.
   */
  countEdges(values: Float64Array, edges: Float64Array, rows?: Int32Array): NumericCounts;
  /** Counts `values` by equality with the strictly ascending `distinct` values (−0 equals 0); the rest is `unseen`. */
  countValues(values: Float64Array, distinct: Float64Array, rows?: Int32Array): NumericCounts;
  /**
   * Prepares the cells of many columns for counting batch after batch; keep it as long as their reference. Counts as
   * `countEdges` and `countValues` do, into one vector of `slots` counts: each column's cells from its offset on, then its
   * unseen, missing, −∞ and +∞. @throws RangeError where a column's cells do not lie within the slots
   */
  columnCounter(columns: readonly CountedColumn[], slots: number): ColumnCounter;
  /**
   * Counts `values` into 1 to 8192 bins of equal width between the finite `low` < `high`, in the values' unit: the bin of
   * x is ⌊(x − low) · (bins/(high − low))⌋ in doubles, at most the last, where low ≤ x ≤ high. Bins are closed on the left,
   * the last one on both sides, as numpy.histogram has them but for values within rounding of an edge. Finite values
   * outside are `below` or `above`; `unseen` is their sum. @throws RangeError when bins/(high − low) is no positive double
   */
  countEqualWidth(values: Float64Array, low: number, high: number, bins: number): EqualWidthCounts;
  /** Welford moments over the finite values, with missing and infinities counted apart. */
  moments(values: Float64Array): Moments;
  /**
   * Moments and counts between `edges` in one pass over the values; the moments to 1e-12 of `moments`, not to its bits.
   * `edges` ascend strictly; one count a cell.
   */
  profile(values: Float64Array, edges: Float64Array): Moments & { cells: Float64Array };
  /** A sorted copy without NaN and ±Infinity. */
  sortFinite(values: Float64Array): Float64Array;

  // ---- text: request bodies to columns --------------------------------------------------------------------
  /**
   * A JSON array of row objects as columns, one for each of `fields`: `[{"age":41,"plan":"a"},…]`, every row with just
   * these keys in this order. Null where the text is anything else, valid or not, and where it has what the kernel does not
   * decide (white space, nesting, a wrong type, a few numbers of twenty digits and more): then parse it as usual. What
   * is not null is what `JSON.parse` gives, numbers to the last bit. The twin takes more: it does not mind spaces.
   */
  readJsonRows(text: Uint8Array, fields: readonly JsonField[]): JsonRows | null;
  /**
   * A 64-bit hash of a body, in 16 hex digits, to tell another body from the same again. Two that differ by chance have the same
   * with a probability of 2^-64, or of 2^-32 where they differ only in words that lie a multiple of 64 bytes apart. It is no
   * defence against a sender who wants two of his own bodies to have the same. Sixteen lanes of FNV-1a over words, mixed by
   * MurmurHash3.
   */
  fingerprint(bytes: Uint8Array): string;

  // ---- sketches (methods/sketches/) -----------------------------------------------------------------------
  /** Counts `values` into cells of 2^p to the octave (p from 0 to 10); those in use, by key, ascending. */
  sketchUpdate(values: Float64Array, p: number): SketchCounts;
  /** The sum of two sketches of the same p. */
  sketchMerge(a: SketchCounts, b: SketchCounts): SketchCounts;

  // ---- statistics on samples (finite values only, sorted ascending) ---------------------------------------
  ksSamples(sortedR: Float64Array, sortedC: Float64Array): number;
  /** The same of samples in any order, NaN and ±Infinity left out: to the last bit what sorting both first would give. */
  ksUnsorted(r: Float64Array, c: Float64Array): number;
  /** W1 between the empirical distributions, in the feature's unit. */
  wassersteinSamples(sortedR: Float64Array, sortedC: Float64Array): number;

  // ---- statistics on counts -----------------------------------------------------------------------------
  /** KS gap with its certified interval (METHODS §2). `single[i]` is 1 where cell i holds one value only. */
  ksCells(a: Float64Array, c: Float64Array, single: Uint8Array): { low: number; high: number };
  /**
   * Anderson–Darling on cells: e·Σ_i (F_R − F_C)²(edge i)·w_i/(u_i(1−u_i)), e = nm/(n+m), over the inner edges
   * i = 0…B−2, u_i the cumulative share of `a` at edge i and w_i = (p_i + p_{i+1})/2 half the mass at both its sides.
   * Edges with u_i of 0 or 1 do not count.
   */
  adCells(a: Float64Array, c: Float64Array): number;
  /**
   * e·Σ (F_R − F_C)²(edge i)·weights[i] over the inner edges, e = nm/(n+m): Cramér–von Mises with half the mass at both
   * sides of the edge for weights, the squared energy distance (but for 2/e) with the widths between edges.
   */
  quadraticCells(a: Float64Array, c: Float64Array, weights: Float64Array): number;
  /** Σ |F_R − F_C|(edge i)·widths[i]; `widths` has B−1 entries (see reference.ts), in the feature's unit. */
  wassersteinCells(a: Float64Array, c: Float64Array, widths: Float64Array): number;
  /** Population stability index, natural log. Cells empty on both sides are dropped before smoothing. */
  psi(a: Float64Array, c: Float64Array, smoothing: Smoothing): number;
  /** All unsmoothed divergences at once; KL is Infinity where its denominator is empty and its numerator is not. */
  divergences(a: Float64Array, c: Float64Array): Divergences;
  /**
   * PSI, the divergences and the KS gap at the borders for every feature of a model at once, bit for bit as one by one.
   * `a` and `c` hold all features' cells one after the other, feature f those from `offsets[f]` to `offsets[f + 1]`
   * (features + 1 entries, from 0 to the number of cells; else RangeError). Eight values a feature, in the order of
   * `modelDivergenceNames`; NaN where a side of the feature is empty.
   */
  modelDivergences(a: Float64Array, c: Float64Array, offsets: Int32Array, smoothing: Smoothing): Float64Array;
  /** Pearson's X² of the 2 × k contingency, no continuity correction, empty cells dropped. */
  chi2(a: Float64Array, c: Float64Array): { statistic: number; dof: number; minExpected: number };

  /** The likelihood-ratio statistic G of the 2 × k contingency; degrees of freedom as for chi2. */
  gCells(a: Float64Array, c: Float64Array): number;

  // ---- special functions (1e-12 relative where a double allows) -------------------------------------------
  log(x: number): number;
  exp(x: number): number;
  log1p(x: number): number;
  expm1(x: number): number;
  /** x in radians. */
  sin(x: number): number;
  cos(x: number): number;
  lgamma(x: number): number;
  digamma(x: number): number;
  erfc(x: number): number;
  normalSf(z: number): number;
  normalPpf(p: number): number;
  /** Regularised upper incomplete gamma Q(a, x). */
  gammaQ(a: number, x: number): number;
  /** Regularised lower incomplete gamma P(a, x). */
  gammaP(a: number, x: number): number;
  /** Regularised incomplete beta I_x(a, b). */
  betaI(a: number, b: number, x: number): number;
  chi2Sf(x: number, dof: number): number;
  /** Upper tail P(T > t) of Student's t. */
  tSf(t: number, dof: number): number;
  /** Inverse of tSf: the t with P(T > t) = p. */
  tIsf(p: number, dof: number): number;
  fSf(x: number, d1: number, d2: number): number;
  /** Limit distribution of the two-sided Kolmogorov statistic, Q(x). */
  kolmogorovSf(x: number): number;
  /** Two-sided mid-p of the hypergeometric: `k` successes in a draw of `m` from `total` with `successes`; 2 × smaller tail, ≤ 1. */
  hypergeomMidP(k: number, m: number, successes: number, total: number): number;

  // ---- nulls --------------------------------------------------------------------------------------------
  /** Eigenvalues, descending, of a symmetric k × k matrix (row-major). Deterministic Householder + QL, or Jacobi. */
  symmetricEigenvalues(matrix: Float64Array, k: number): Float64Array;
  /**
   * P(Σ λ_i Z_i² > x) for independent standard normals, by the Lugannani–Rice saddlepoint (Kuonen 1999), with the
   * removable singularity at the mean handled. Relative error about a percent; down to 1e-300.
   */
  quadraticFormSf(x: number, eigenvalues: Float64Array): number;
  /** Seeded draws of max_i |B(u_i)| of a Brownian bridge on the strictly ascending grid u in (0, 1), sorted ascending. */
  bridgeMaxima(grid: Float64Array, draws: number, seed: number): Float64Array;
  /** Seeded draws of a statistic under no drift, sorted ascending (see NullRequest). */
  simulateNull(request: NullRequest): Float64Array;
  /** Seeded hypergeometric thinning: `keep` of the counted rows, drawn without replacement. */
  thin(counts: Float64Array, keep: number, seed: number): Float64Array;
}

/** Where a column is counted: between ascending edges, or by ascending distinct values. */
export interface CountedColumn {
  kind: "edges" | "values";
  borders: Float64Array;
  offset: number;
}
/** The given rows of each column (all when left out), in the order of the cells; a null is not counted. */
export type ColumnCounter = (columns: readonly (Float64Array | null)[], rows?: Int32Array) => Float64Array;

export interface NumericCounts {
  /** One count a cell. */
  cells: Float64Array;
  /** Finite values in no cell: always 0 for countEdges. */
  unseen: number;
  /** NaN. */
  missing: number;
  negInf: number;
  posInf: number;
}

export interface EqualWidthCounts extends NumericCounts {
  /** Finite values smaller than the lower end. */
  below: number;
  /** Finite values larger than the upper end. */
  above: number;
}

/** Counts by key: what a key stands for is in methods/sketches/float-bits.ts. Key 0 holds the zeros, of either sign. */
export interface SketchCounts {
  /** Strictly ascending whole numbers, in the order of the values they stand for. */
  keys: Float64Array;
  /** Positive, one a key. */
  counts: Float64Array;
  /** NaN. */
  missing: number;
  negInf: number;
  posInf: number;
}

export interface Moments {
  /** Finite values. */
  count: number;
  missing: number;
  negInf: number;
  posInf: number;
  /** NaN when count is 0, like min and max. */
  mean: number;
  /** Population variance (over n); NaN when count is 0. */
  variance: number;
  min: number;
  max: number;
}

/**
 * `add`: `amount` counts to every kept cell on both sides, then renormalised (our default, ½).
 * `floor`: shares below `amount` are raised to it; `renormalise` afterwards or not (the oracle: 1e-4, not).
 */
export type Smoothing =
  { kind: "add"; amount: number } | { kind: "floor"; amount: number; renormalise: boolean };

/** What a field of JSON rows is read as, in the order of the kinds of assembly/json/rows.ts. */
export const jsonKinds = ["number", "flag", "category", "text", "nothing"] as const;
export interface JsonField {
  name: string;
  kind: (typeof jsonKinds)[number];
}

/**
 * `number`: NaN for null. `flag`: true and false are 1 and 0, numbers themselves, null NaN. `category`: codes into the
 * distinct values as written (12 and 12.0 are two), in the order of their first row. `text`: the values, of any type but
 * objects and arrays, as are categories. `nothing`: checked, and left out.
 */
export type JsonColumn =
  | { kind: "number" | "flag"; values: Float64Array }
  | { kind: "category"; codes: Float64Array; distinct: unknown[] }
  | { kind: "text"; texts: unknown[] }
  | { kind: "nothing" };
export interface JsonRows {
  rows: number;
  columns: JsonColumn[];
}

export interface Divergences {
  /** Σ p ln(p/q), p the reference. */
  klReferenceCurrent: number;
  /** Σ q ln(q/p). */
  klCurrentReference: number;
  /** Square root of the Jensen–Shannon divergence in bits, in [0, 1]. */
  js: number;
  hellinger: number;
  tvd: number;
  linf: number;
}

/** A feature's eight values of `modelDivergences`, in their order. */
export const modelDivergenceNames = [
  "psi",
  "klReferenceCurrent",
  "klCurrentReference",
  "js",
  "hellinger",
  "tvd",
  "linf",
  "ks",
] as const;

/** What can be simulated, in the order of `evaluate` in assembly/nulls/simulate.ts. */
export const simulatedStatistics = [
  "ad",
  "ks",
  "psi",
  "js",
  "chi2",
  "kl",
  "hellinger",
  "wasserstein",
  "tvd",
  "linf",
  "quadratic",
  "g",
] as const;
export type SimulatedStatistic = (typeof simulatedStatistics)[number];

export interface NullRequest {
  /**
   * `dirichlet`: window counts from the Dirichlet-multinomial DM(m; a) with the last a_i one larger, the reference
   * fixed (quantile cells). `hypergeometric`: both sides redrawn from the pooled margins (value cells).
   */
  sampler: "dirichlet" | "hypergeometric";
  statistic: SimulatedStatistic;
  a: Float64Array;
  /** Needed by `hypergeometric` for the pooled margins; ignored by `dirichlet`. */
  c: Float64Array;
  /** Needed by `wasserstein` (the reference's widths) and `quadratic` (the weights): one less than cells. */
  widths?: Float64Array;
  /** Rows in the window. */
  m: number;
  draws: number;
  /** Unsigned 32 bits. */
  seed: number;
}
