/**
 * The reference data: samples and expected values that NumPy, SciPy and mpmath computed outside this project. It is
 * large and lies beside the checkout (or where MDT_REFERENCE_DATA says), not in it. Without it these tests have nothing
 * to compare and say so; with MDT_REQUIRE_REFERENCE_DATA=1 its absence is a failure.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { inRoot } from "../../scripts/paths.ts";
import { parseCsv } from "./csv.ts";

const folder = resolve(inRoot(), process.env.MDT_REFERENCE_DATA ?? "../shared/data");

/** True when there is something to compare with. */
export const present = existsSync(join(folder, "oracle"));

if (!present && process.env.MDT_REQUIRE_REFERENCE_DATA === "1")
  throw new Error(`reference data is required (MDT_REQUIRE_REFERENCE_DATA=1) and not in ${folder}`);

/** Numbers that JSON cannot hold are strings. */
export type OracleNumber = number | "NaN" | "Infinity" | "-Infinity" | "-0";

export function toNumber(value: OracleNumber): number {
  return typeof value === "number" ? value : Number(value);
}

export type Sample =
  | { inline: OracleNumber[] }
  | { f64: string; n: number }
  | { csv: string; column: string; start: number; end: number };

/** An oracle file as it stands; the caller knows its shape. */
export function readOracle<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, "oracle", `${name}.json`), "utf8")) as T;
}

/** Numbers that another project published, as they stand. */
export function readPeer<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, "peer", `${name}.json`), "utf8")) as T;
}

/** A data set's file as it lies there, compressed. */
export function readDatasetFile(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(folder, "datasets", name)));
}

/** The values of a sample with everything that is missing or infinite still in it. */
export function readSample(sample: Sample): Float64Array {
  if ("inline" in sample) return Float64Array.from(sample.inline, toNumber);
  if ("csv" in sample) return readColumn(sample.csv, sample.column).slice(sample.start, sample.end);
  const bytes = gunzipSync(readFileSync(join(folder, "oracle", sample.f64)));
  const values = new Float64Array(new Uint8Array(bytes).buffer);
  if (values.length !== sample.n)
    throw new Error(`${sample.f64} holds ${values.length} values, not ${sample.n}`);
  return values;
}

const tables = new Map<string, Map<string, string[]>>();

/** The texts of a data set, by column; an empty text is a missing value. */
export function readTable(name: string): Map<string, string[]> {
  let table = tables.get(name);
  if (!table) {
    table = parseCsv(gunzipSync(readFileSync(join(folder, "datasets", `${name}.csv.gz`))).toString("utf8"));
    tables.set(name, table);
  }
  return table;
}

function readColumn(name: string, column: string): Float64Array {
  const texts = readTable(name).get(column);
  if (!texts) throw new Error(`${name} has no column ${column}`);
  return Float64Array.from(texts, (text) => (text === "" ? NaN : Number(text)));
}
