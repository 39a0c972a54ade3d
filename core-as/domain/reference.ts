/**
 * The reference profile (METHODS §2): known-good data as counts in cells of its own, with its nulls. Built once by
 * `reference/build.ts` from columns; the sample can then be forgotten. Plain JSON, content-addressed by its id.
 */
import "./schema-settings.ts";
import * as z from "zod";
import { DerivedBlock } from "../derived/kinds.ts";
import { ProblemError } from "./errors.ts";
import { Importances } from "./importances.ts";
import { limits } from "./limits.ts";
import { FeatureRole, FeatureType, Id } from "./model.ts";
import { ReferencePerformance } from "./performance.ts";
import { Method } from "./policy.ts";

const Count = z.number().int().nonnegative();
const Finite = z.number();

export const Cells = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("quantile"),
    edges: z.array(Finite).max(limits.numericCells * 2),
    single: z.array(z.union([z.literal(0), z.literal(1)])),
    widths: z.array(Finite.nonnegative()),
    deciles: z.array(Count),
  }),
  z.object({ kind: z.literal("values"), values: z.array(Finite).max(limits.numericCells) }),
  z.object({
    kind: z.literal("categories"),
    values: z.array(z.string().max(limits.categoryLength)).max(limits.categories),
    other: z.array(z.string().max(limits.categoryLength)).max(100_000),
  }),
]);

/** One method's values between each chunk and the rest of the reference; what METHODS §4 calls the chunk null. */
export const ChunkNull = z.object({
  method: Method,
  /** T(chunk k, rest), in the order of `chunks.starts`. */
  statistics: z.array(Finite),
  /** How T shrinks with that chunk's rows by sampling alone: what it is divided by when row counts differ. */
  scales: z.array(Finite),
  /** Of missing values: rows without a value by chunk. References of earlier builds have none. */
  counts: z.array(Count).optional(),
});
export type ChunkNull = z.infer<typeof ChunkNull>;

export const ReferenceFeature = z.object({
  name: z.string().min(1).max(limits.nameLength),
  type: FeatureType,
  role: FeatureRole,
  cells: Cells,
  /** a_i, one a cell. */
  counts: z.array(Count),
  missing: Count,
  negInf: Count,
  posInf: Count,
  /** Rows with a value that has no cell: none of a sample's, some of a past window counted in another reference's cells. */
  unseen: Count,
  /** Rows whose value stands alone in its column; 0 for quantile cells, which have a place for every value. */
  singletons: Count,
  moments: z
    .object({
      mean: Finite,
      variance: Finite,
      std: Finite,
      min: Finite,
      max: Finite,
      iqr: Finite,
    })
    .nullable(),
  nulls: z.object({
    /** Eigenvalues of the cells' Anderson–Darling form, descending; empty where `ad` does not decide. */
    ad: z.array(Finite),
    /** Quantiles of max |B(u)| on the reference's grid at `upperTails`; empty without atoms. */
    ks: z.array(Finite),
    chunks: z.object({
      drift: z.array(ChunkNull),
      missing: ChunkNull.nullable(),
    }),
  }),
  /** How far from independent rows of one chunk are: intraclass correlation, null without chunks. */
  intraclass: z.number().nullable(),
  /**
   * Of cells that were laid out from a sketch: how far an edge may lie from the order statistic that the rows would have
   * given, relative to it; 0 where none does. Counts in the cells are exact all the same. Left out where rows were at hand.
   */
  edgesWithin: Finite.nonnegative().optional(),
});
export type ReferenceFeature = z.infer<typeof ReferenceFeature>;

/** Raised whenever profiles of an earlier build cannot be read as they are. */
export const referenceFormat = "mdt-reference/3";

export const Reference = z.object({
  format: z.literal(referenceFormat),
  /** Content address of everything else: `ref-` and 24 hex digits of a SHA-256. */
  id: Id,
  rows: Count,
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  /** The chunks that the chunk nulls come from; null without timestamps or with fewer than 14. */
  chunks: z
    .object({
      periodMs: z.number().int().positive(),
      starts: z.array(z.number()),
      rows: z.array(Count),
    })
    .nullable(),
  features: z.array(ReferenceFeature).min(1).max(limits.features),
  /** What windows count beside their features' cells. */
  derived: z.array(DerivedBlock).max(16),
  /** By segment key: the reference made of that segment's rows, in whose cells the segment is counted. */
  segments: z.record(z.string(), Id),
  /** Realised performance on the reference, where it came with labels. */
  performance: ReferencePerformance.nullable(),
  /** Which features the model leans on, of all rows' reference; null where nobody says. */
  importances: Importances.nullable().default(null),
});
export type Reference = z.infer<typeof Reference>;

/** A profile that was checked when it was stored: only its format may have become another since. */
export function storedReference(stored: string | Reference): Reference {
  const reference = typeof stored === "string" ? (JSON.parse(stored) as Reference) : stored;
  // Profiles from before there were importances are read as they are.
  if (reference.format === referenceFormat)
    return { ...reference, importances: reference.importances ?? null };
  throw new ProblemError(
    "reference_invalid",
    `The reference ${reference.id} was made by an earlier build (${reference.format}): make it again and activate it.`,
  );
}
