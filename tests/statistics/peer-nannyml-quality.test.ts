import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Columns, selectRows } from "#core/domain/columns.ts";
import type { Chunking } from "#core/methods/chunking/chunking.ts";
import {
  nannymlQuality,
  type NannymlQualitySeries,
  nannymlRows,
} from "#core/methods/compat/nannyml-quality.ts";
import { fitSummary, type NannymlSummary } from "#core/methods/compat/nannyml-summaries.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { tableColumns, tableOf } from "./peer-tables.ts";
import { present, readPeer } from "./reference-data.ts";

interface Published {
  value: number;
  sampling_error?: number;
  upper_confidence_boundary?: number;
  lower_confidence_boundary?: number;
  upper_threshold: number | null;
  lower_threshold: number | null;
  alert: boolean;
}

type Row = { chunk: { key: string; chunk_index: number; period: string } } & Record<string, Published>;

interface TestFile {
  cases: { values: [keyof Published, Record<string, (number | boolean | null)[]>][] }[];
}

/** Six digits are published in tables, four decimals in tests. */
const printed: Tolerance = { relative: 1e-5, absolute: 1e-12 };
const rounded: Tolerance = { relative: 1e-9, absolute: 5.1e-5 };
const monthly: Chunking = { by: "calendar", period: "month" };

const tables = new Map<string, Columns>();

function table(name: string): Columns {
  if (!tables.has(name)) tables.set(name, tableColumns(name));
  return tables.get(name)!;
}

/** Chunks by number of rows in the published tables go by the rows' own order; loans lie in time's order anyway. */
const both = (name: string): [Columns, Columns] => [table(`${name}_reference`), table(`${name}_monitored`)];

function compare(
  comparison: Comparison,
  where: string,
  series: NannymlQualitySeries,
  row: Row,
  expected: Published,
): void {
  const { period, chunk_index, key } = row.chunk;
  const chunk = series[period === "reference" ? "reference" : "current"][chunk_index];
  expect([where, chunk.key, chunk.alert]).toEqual([where, key, expected.alert]);
  const check = (name: string, actual: number | null, value: number | null | undefined): void => {
    if (value === undefined || value === null) expect([where, name, actual]).toEqual([where, name, null]);
    else comparison.check(`${where} ${period} ${key} ${name}`, actual ?? NaN, value, printed);
  };
  check("value", chunk.value, expected.value);
  check("sampling error", chunk.samplingError, expected.sampling_error);
  check("high", chunk.high, expected.upper_confidence_boundary);
  check("low", chunk.low, expected.lower_confidence_boundary);
  check("upper", series.thresholds.upper, expected.upper_threshold);
  check("lower", series.thresholds.lower, expected.lower_threshold);
}

describe.each(kernels)("NannyML's quality series, by the $name kernel", (kernel) => {
  it.each<[string, string, NannymlSummary]>([
    ["missing_values", "titanic", "missing"],
    ["stats_avg", "car_loan", "mean"],
    ["stats_std", "car_loan", "std"],
  ])("%s", (file, dataset, series) => {
    const comparison = new Comparison(file);
    if (present) {
      const rows = readPeer<{ tables: Row[][] }>(file).tables.flat();
      const columns = Object.keys(rows[0]).filter((name) => name !== "chunk");
      for (const column of columns) {
        const found = nannymlQuality(kernel, series, ...both(dataset), column);
        for (const row of rows) compare(comparison, column, found, row, row[column]);
      }
    }
    comparison.finish(kernel.name);
  });

  it("stats_count", () => {
    const comparison = new Comparison("stats_count");
    if (present) {
      const found = nannymlRows(kernel, ...both("car_loan"), monthly);
      for (const row of readPeer<{ tables: Row[][] }>("stats_count").tables.flat())
        compare(comparison, "rows", found, row, row.rows_count);
    }
    comparison.finish(kernel.name);
  });

  it.each<["avg" | "std" | "count", NannymlSummary | "rows"]>([
    ["avg", "mean"],
    ["std", "std"],
    ["count", "rows"],
  ])("tests_stats_%s", (file, series) => {
    const comparison = new Comparison(`tests_stats_${file}`);
    if (present) {
      const [reference, current] = both("car_loan").map((columns, side) =>
        selectRows(
          columns,
          Int32Array.from({ length: side ? 5000 : 15_000 }, (_, i) => (side ? 45_000 + i : i)),
        ),
      );
      const found = (column: string): NannymlQualitySeries =>
        series === "rows"
          ? nannymlRows(kernel, reference, current, monthly)
          : nannymlQuality(kernel, series, reference, current, column, { by: "size", size: 5000 });
      for (const [field, columns] of readPeer<TestFile>(`tests_stats_${file}`).cases[0].values)
        for (const [column, values] of Object.entries(columns)) {
          const { thresholds, reference: before, current: now } = found(column);
          [...before, ...now].forEach((chunk, i) => {
            const ours = {
              value: chunk.value,
              sampling_error: chunk.samplingError,
              upper_confidence_boundary: chunk.high,
              lower_confidence_boundary: chunk.low,
              upper_threshold: thresholds.upper,
              lower_threshold: thresholds.lower,
              alert: chunk.alert,
            }[field];
            const expected = values[i];
            if (typeof expected !== "number")
              expect([field, column, ours]).toEqual([field, column, expected]);
            else comparison.check(`${field} ${column} ${i}`, ours as number, expected, rounded);
          });
          expect(before.length + now.length).toBe(values.length);
        }
    }
    comparison.finish(kernel.name);
  });

  it("has the median's sampling error by a Gaussian kernel", () => {
    // scipy.stats.gaussian_kde([1, 2, 4, 8, 16])(4) = 0.061118733615957994; 1/(2·f·√4).
    const summary = fitSummary(kernel, "median", tableOf({ x: [1, 2, 4, 8, 16] }).columns.get("x")!);
    const { value, samplingError } = summary(tableOf({ x: [3, 5, 7, 20] }).columns.get("x")!);
    expect(value).toBe(6);
    expect(samplingError).toBeCloseTo(1 / (4 * 0.061118733615957994), 10);
  });

  it("counts rows that the reference does not know, and alarms for one", () => {
    const reference = tableOf({ text: ["a", "b", "a", "b"], number: [1, 2, 3, 4] });
    const current = tableOf({ text: ["a", "c", "", "b"], number: [0, 2, NaN, 3] });
    const whole: Chunking = { by: "size", size: 4 };
    for (const [series, column] of [
      ["unseen", "text"],
      ["out_of_range", "number"],
    ] as const) {
      const { reference: before, current: now } = nannymlQuality(
        kernel,
        series,
        reference,
        current,
        column,
        whole,
      );
      expect([before[0].value, before[0].alert, now[0].value, now[0].alert]).toEqual([0, false, 0.25, true]);
      expect(now[0].low).toBeNull();
    }
    const series = nannymlQuality(kernel, "missing", reference, current, "text", whole);
    expect([series.current[0].value, series.current[0].alert]).toEqual([0.25, true]);
    expect(() => nannymlQuality(kernel, "mean", reference, current, "text")).toThrow(RangeError);
    expect(() => nannymlQuality(kernel, "unseen", reference, current, "number")).toThrow(RangeError);
    expect(() => nannymlQuality(kernel, "mean", reference, current, "none")).toThrow(RangeError);
  });

  it("never has an interval that misses its value, whatever the numbers", () => {
    const anything = fc.array(fc.double(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anything, anything, (before, now) => {
        const [reference, current] = [before, now].map((x) => tableOf({ x }));
        for (const series of ["missing", "mean", "std", "sum", "median", "out_of_range"] as const)
          for (const { value, low, high } of nannymlQuality(kernel, series, reference, current, "x").current)
            if (!Number.isNaN(value) && low !== null && high !== null && !Number.isNaN(low)) {
              expect(low).toBeLessThanOrEqual(value);
              expect(high).toBeGreaterThanOrEqual(value);
            }
      }),
    );
  });
});
