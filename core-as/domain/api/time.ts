import "../schema-settings.ts";
import * as z from "zod";
import { parseTimestamp } from "../../formats/timestamp.ts";

/** Epoch milliseconds, or ISO 8601, in UTC where it has no offset. Read it with `parseTimestamp`. */
export const Time = z
  .union([z.number(), z.string()], "a time is ISO 8601 text or epoch milliseconds")
  .refine((time) => !Number.isNaN(parseTimestamp(time)), "neither ISO 8601 nor epoch milliseconds");
