import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import { chunksBySize } from "#core/methods/chunking/by-rows.ts";
import { hotelling } from "#core/methods/multivariate/hotelling.ts";
import { mmd } from "#core/methods/multivariate/mmd.ts";
import {
  learnPca,
  meanReconstructionError,
  type PcaModel,
  reconstructionErrors,
} from "#core/methods/multivariate/pca-reconstruction.ts";
import { deviationThresholds } from "#core/methods/thresholds.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { columnOf } from "./peer-tables.ts";
import { present, readOracle, readPeer, readTable } from "./reference-data.ts";

const statistic: Tolerance = { relative: 1e-9, absolute: 1e-13 };
/** Peers print six digits. */
const printed: Tolerance = { relative: 1e-5 };

interface PcaCase {
  id: string;
  numeric: string[];
  categorical_frequency_encoded: string[];
  mean: number[];
  std_population: number[];
  eigenvalues: number[];
  components: number;
  chunks: {
    part: "reference" | "monitored";
    start: number;
    end: number;
    mean: number;
    standard_error: number;
  }[];
}

/** The columns of a data set: some as numbers, some as categories whatever they look like. */
function columnsOf(name: string, numeric: string[], categorical: string[]): Map<string, Column> {
  const table = readTable(name);
  const texts = (column: string): string[] => table.get(column) ?? [];
  return new Map([
    ...numeric.map((column): [string, Column] => [column, columnOf(texts(column))]),
    // A mark before each value keeps what looks like a number from being one.
    ...categorical.map((column): [string, Column] => [
      column,
      columnOf(texts(column).map((text) => (text === "" ? "" : `=${text}`))),
    ]),
  ]);
}

function slice(column: Column, start: number, end: number): Column {
  return column.kind === "numeric"
    ? { kind: "numeric", values: column.values.slice(start, end) }
    : { ...column, codes: column.codes.slice(start, end) };
}

function chunkError(model: PcaModel, columns: Map<string, Column>, start: number, end: number) {
  const rows = new Map([...columns].map(([name, column]) => [name, slice(column, start, end)]));
  return meanReconstructionError(reconstructionErrors(model, rows));
}

describe.each(kernels)("many features at once, with the $name kernel", (kernel) => {
  it("lie as far apart as the oracle says", () => {
    const comparison = new Comparison("multivariate");
    if (present) {
      const { cases } = readOracle<{
        cases: { id: string; ref: number[][]; cur: number[][]; expected: Record<string, number> }[];
      }>("multivariate");
      for (const { id, ref, cur, expected } of cases) {
        const [r, c] = [ref, cur].map((rows) => rows.map((row) => Float64Array.from(row)));
        const distance = mmd(kernel, r, c);
        const means = hotelling(kernel, r, c);
        const found: Record<string, number | null> = {
          sigma_median_pairwise: distance.bandwidth,
          mmd2_biased: distance.biased,
          mmd2_unbiased: distance.unbiased,
          hotelling_t2: means.statistic,
          hotelling_F: means.f,
          hotelling_p: means.pValue,
        };
        for (const [name, value] of Object.entries(expected))
          comparison.check(`${id} ${name}`, found[name] ?? NaN, value, statistic);
      }
    }
    comparison.finish(kernel.name);
  });

  it("are rebuilt from their main components as the oracle rebuilds them", () => {
    const comparison = new Comparison("pca_reconstruction");
    if (present) {
      for (const one of readOracle<{ cases: PcaCase[] }>("pca_reconstruction").cases) {
        const columns = (part: string): Map<string, Column> =>
          columnsOf(`${one.id}_${part}`, one.numeric, one.categorical_frequency_encoded);
        const parts = { reference: columns("reference"), monitored: columns("monitored") };
        const model = learnPca(parts.reference);
        one.mean.forEach((mean, i) => {
          const { encoding } = model.features[i];
          comparison.check(`${one.id} mean ${i}`, encoding.mean, mean, statistic);
          comparison.check(`${one.id} std ${i}`, encoding.std, one.std_population[i], statistic);
        });
        one.eigenvalues.forEach((value, i) =>
          comparison.check(`${one.id} eigenvalue ${i}`, model.eigenvalues[i], value, statistic),
        );
        comparison.check(`${one.id} components`, model.components.length, one.components, { relative: 0 });
        for (const { part, start, end, mean, standard_error } of one.chunks) {
          const found = chunkError(model, parts[part], start, end);
          comparison.check(`${one.id} ${part} ${start} mean`, found.statistic, mean, statistic);
          comparison.check(
            `${one.id} ${part} ${start} error`,
            found.standardError,
            standard_error,
            statistic,
          );
        }
      }
    }
    comparison.finish(kernel.name);
  });

  it("are rebuilt, bounded and alarmed on as NannyML's tables say", () => {
    const comparison = new Comparison("pca_reconstruction (peer)");
    if (present) {
      const { config, tables } = readPeer<{
        config: { columns: string[] };
        tables: { chunk: { period: string }; reconstruction_error: Record<string, number | boolean> }[][];
      }>("pca_reconstruction");
      const categorical = ["salary_range", "repaid_loan_on_prev_car", "size_of_downpayment"];
      const numeric = config.columns.filter((column) => !categorical.includes(column));
      const parts = {
        reference: columnsOf("car_loan_reference", numeric, categorical),
        analysis: columnsOf("car_loan_monitored", numeric, categorical),
      };
      const model = learnPca(parts.reference);
      const chunks = chunksBySize({ rows: 50_000 }, 5000).chunks;
      const errors = {
        reference: chunks.map(({ start, end }) => chunkError(model, parts.reference, start, end)),
        analysis: chunks.map(({ start, end }) => chunkError(model, parts.analysis, start, end)),
      };
      const { lower, upper } = deviationThresholds(
        kernel,
        Float64Array.from(errors.reference, ({ statistic: value }) => value),
      );
      for (const table of tables)
        table.forEach(({ chunk, reconstruction_error: printedRow }, i) => {
          const {
            statistic: value,
            standardError,
            low,
            high,
          } = errors[chunk.period as "reference" | "analysis"][i];
          const check = (name: string, actual: number | null): void =>
            comparison.check(
              `${chunk.period} ${i} ${name}`,
              actual ?? NaN,
              printedRow[name] as number,
              printed,
            );
          check("value", value);
          check("sampling_error", standardError);
          check("upper_threshold", upper);
          check("lower_threshold", lower);
          check("upper_confidence_boundary", high);
          check("lower_confidence_boundary", low);
          const alert = value > (upper ?? Infinity) || value < (lower ?? -Infinity);
          comparison.check(`${chunk.period} ${i} alert`, Number(alert), Number(printedRow.alert), {
            relative: 0,
          });
        });
    }
    comparison.finish(kernel.name);
  });

  it("say nothing where nothing can be said", () => {
    const rows = (...values: number[][]): Float64Array[] => values.map((row) => Float64Array.from(row));
    expect(mmd(kernel, [], rows([1])).unbiased).toBeNaN();
    expect(mmd(kernel, rows([1], [1]), rows([1])).biased).toBeNaN();
    expect(hotelling(kernel, rows([1, 2], [2, 4], [3, 6]), rows([1, 2], [5, 10]))).toMatchObject({
      pValue: null,
    });
    expect(hotelling(kernel, rows([1, 2]), rows([3, 4])).statistic).toBeNaN();
    const constant = new Map<string, Column>([
      ["x", { kind: "numeric", values: new Float64Array(5).fill(3) }],
      ["y", { kind: "numeric", values: Float64Array.of(1, 2, NaN, Infinity, 3) }],
    ]);
    const model = JSON.parse(JSON.stringify(learnPca(constant, 1))) as PcaModel;
    expect(model.eigenvalues[1]).toBe(0);
    expect(meanReconstructionError(reconstructionErrors(model, constant)).statistic).toBeCloseTo(0, 12);
    expect(meanReconstructionError(new Float64Array()).statistic).toBeNaN();
    expect(() => reconstructionErrors(model, new Map())).toThrow(RangeError);
  });
});
