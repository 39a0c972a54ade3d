import "../schema-settings.ts";
import * as z from "zod";
import { limits } from "../limits.ts";
import { Time } from "./time.ts";

/** What may come beside the rows of a reference: their version, and which features the model leans on, in any unit. */
const besideRows = {
  version: z.string().max(limits.idLength).optional(),
  importances: z.record(z.string(), z.number().nonnegative()).optional(),
};

/**
 * A past stretch of whole windows: of one segment, or of all rows with the references of their segments.
 */
export const PastWindowBody = z.object({
  from: Time,
  to: Time,
  segment: z.string().max(limits.segmentKeyLength).default(""),
});
export type PastWindowBody = z.output<typeof PastWindowBody>;

/**
 * POST …/references — `{ profile }`, or `{ rows | columns }` to profile on the server, with their labels in the field
 * `label` where those are known, or `{ window }` to take what came in a past stretch; → 201 ReferenceSummary. Profiles of
 * segments are pushed first, with their key.
 */
export const ReferenceBody = z.union([
  z.object({ window: PastWindowBody }),
  z.object({ profile: z.unknown(), segment: z.string().max(limits.segmentKeyLength).optional() }),
  z.object({ rows: z.array(z.unknown()), ...besideRows }),
  z.object({ columns: z.record(z.string(), z.array(z.unknown())), ...besideRows }),
]);

/** POST …/references/{id}/activate — from on a window boundary. */
export const ActivateBody = z.object({ from: Time });

export interface ReferenceSummary {
  id: string;
  /** The segment whose rows it is made of; "" for all rows. */
  segment: string;
  rows: number;
  fromMs: number | null;
  toMs: number | null;
  features: number;
  chunks: number;
  /** Of cells laid out from sketches: how far an edge may lie from where rows would have put it, relative to it. */
  edgesWithin?: number;
  createdAtMs: number;
}
