import { type OracleNumber, readSample, type Sample, toNumber } from "./reference-data.ts";

/** A column of a quality oracle: inline, or a stretch of one of the data sets. */
export interface QualityCase {
  id: string;
  csv?: string;
  start?: number;
  end?: number;
}

type Column = Sample | OracleNumber[];

export function columnOf(each: QualityCase, name: string): Float64Array {
  const { csv, start = 0, end = 0 } = each;
  const fields = each as unknown as Record<string, unknown>;
  const inline = fields[name] as Column | undefined;
  if (Array.isArray(inline)) return Float64Array.from(inline, toNumber);
  if (inline !== undefined) return readSample(inline);
  const column = fields[`${name}_column`] as string | undefined;
  if (csv === undefined || column === undefined) throw new Error(`${each.id} has no ${name}`);
  return readSample({ csv, column, start, end });
}
