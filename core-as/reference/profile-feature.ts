/** One feature of a reference from its counts: what windows are compared with, and the nulls that need no sample. */
import type { Feature } from "../domain/model.ts";
import type { Method } from "../domain/policy.ts";
import type { Cells } from "../domain/reference-cells.ts";
import type { ReferenceFeature } from "../domain/reference.ts";
import type { FeatureCounts } from "../domain/window.ts";
import type { Kernel } from "../kernel/api.ts";
import { divergencesOfAll, methodsFor, statistic } from "../methods/statistics.ts";
import { chunkNull, without } from "../nulls/chunk-null.ts";
import { bridgeQuantiles } from "../nulls/ks-null.ts";
import { andersonDarlingWeights, quadraticEigenvalues } from "../nulls/quadratic-null.ts";

export interface CountedFeature extends Pick<Feature, "name" | "type" | "role"> {
  cells: Cells;
  counts: FeatureCounts;
  /** The same by chunk; null where chunks are too few to say how they vary. */
  chunks: readonly FeatureCounts[] | null;
  singletons: number;
  moments: ReferenceFeature["moments"];
  intraclass: number | null;
  /** Unsigned 32 bits, for the simulated parts of the null tables. */
  seed: number;
}

export function profileFeature(kernel: Kernel, feature: CountedFeature): ReferenceFeature {
  const { name, type, role, cells, counts, chunks, singletons, moments, intraclass, seed } = feature;
  const own = counts.cells;
  const methods = chunks ? chunkedMethods(cells, type === "boolean", chunks.length) : [];
  const parts = (chunks ?? []).map((chunk) => chunk.cells);
  // One call of the kernel has all divergences of every chunk.
  const divergences = methods.includes("psi")
    ? divergencesOfAll(
        kernel,
        parts.map((chunk) => ({ cells, a: without(own, chunk), c: chunk })),
      )
    : [];
  return {
    name,
    type,
    role,
    cells,
    counts: [...own],
    missing: counts.missing,
    negInf: counts.negInf,
    posInf: counts.posInf,
    unseen: counts.unseen,
    singletons,
    moments,
    nulls: {
      ad:
        cells.kind === "quantile" ? [...quadraticEigenvalues(kernel, own, andersonDarlingWeights(own))] : [],
      ks: cells.kind === "categories" ? [] : bridgeQuantiles(kernel, own, seed),
      chunks: {
        drift: methods.map((method) =>
          chunkNull(
            method,
            own,
            parts,
            (rest, chunk, index) =>
              divergences[index]?.[method] ?? statistic(kernel, method, cells, rest, chunk),
          ),
        ),
        missing: chunks && {
          ...chunkNull(
            "chi2",
            presence(counts),
            chunks.map(presence),
            (rest, chunk) => kernel.chi2(rest, chunk).statistic,
          ),
          counts: chunks.map(({ missing }) => missing),
        },
      },
    },
    intraclass,
  };
}

/** Rows with a value, and rows without. */
const presence = ({ cells, missing, negInf, posInf }: FeatureCounts): Float64Array =>
  Float64Array.of(cells.reduce((sum, count) => sum + count, 0) + negInf + posInf, missing);

/** More chunks than this (hours, mostly) keep their values only for the methods that decide by default or are shown. */
const chunksForAllMethods = 100;

function chunkedMethods(cells: Cells, boolean: boolean, chunks: number): Method[] {
  const [decides, ...others] = methodsFor(cells, boolean);
  if (chunks <= chunksForAllMethods) return [decides, ...others];
  return [decides, ...others.filter((method) => method === "ks")];
}
