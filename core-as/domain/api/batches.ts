import "../schema-settings.ts";
import * as z from "zod";
import type { RowError } from "../../formats/row-reader.ts";
import { limits } from "../limits.ts";

/**
 * POST /v1/models/{model}/predictions — rows `{ prediction_id?, timestamp, <feature>: value … }`, or the same as
 * columns of equal length. A missing value is null or left out. Fields the model does not know are ignored and listed.
 */
export const PredictionBatch = z.union([
  z.object({
    batch_id: z.string().min(1).max(limits.batchIdLength).optional(),
    version: z.string().max(limits.idLength).optional(),
    rows: z.array(z.unknown()),
  }),
  z.object({
    batch_id: z.string().min(1).max(limits.batchIdLength).optional(),
    version: z.string().max(limits.idLength).optional(),
    columns: z.record(z.string(), z.array(z.unknown())),
  }),
]);

/** POST /v1/models/{model}/labels — fields `prediction_id`, `label`, `timestamp?` (when it was known), `prediction_timestamp?`. */
export const LabelBatch = PredictionBatch;

/** The answer to a batch: 200, and everything in it is stored. A retry gets the first receipt again. */
export interface Receipt {
  batchId: string;
  /** False when the server chose the id: then a retry would count again. */
  deduplicated: boolean;
  accepted: number;
  rejected: number;
  /** The first 100. */
  errors: RowError[];
  /** Accepted rows whose window had closed already. */
  late: number;
  /** Fields that the model does not know. */
  ignored: string[];
}

/** GET, PUT …/cursors/{name}: where a replaying sender resumes; opaque to us. */
export const CursorInput = z.object({ position: z.string().max(1000) });
