import { describe, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import {
  type AdwinState,
  adwinMean,
  createAdwin,
  riverAdwin,
  updateAdwin,
} from "#core/methods/sequential/adwin.ts";
import { createDdm, riverDdm, updateDdm } from "#core/methods/sequential/ddm.ts";
import type { Detection } from "#core/methods/sequential/detector.ts";
import { createEddm, riverEddm, updateEddm } from "#core/methods/sequential/eddm.ts";
import { createHddmA, riverHddmA, updateHddmA } from "#core/methods/sequential/hddm-a.ts";
import {
  createPageHinkley,
  riverPageHinkley,
  updatePageHinkley,
} from "#core/methods/sequential/page-hinkley.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { present, readOracle, readSample, readTable, type Sample } from "./reference-data.ts";

type Stream =
  { bits: string } | { csv: string; error_of: [string, string]; start: number; end: number } | Sample;

interface Expected {
  drift: number[];
  first_warnings?: number[];
  n_warnings?: number;
  final_width?: number;
  final_total?: number;
  final_variance_sum?: number;
  final_mean?: number;
  final_sum?: number;
}

interface Case {
  id: string;
  stream: Stream;
  n: number;
  expected: Record<string, Expected>;
}

const exact: Tolerance = { relative: 0 };
/** Statistics to 1e-9; what is a rounding error of values near 1 (or 1e4) in the oracle is one here too. */
const close: Tolerance = { relative: 1e-9, absolute: 1e-12 };

function readStream(stream: Stream): Float64Array {
  if ("bits" in stream) return Float64Array.from(stream.bits, Number);
  if (!("error_of" in stream)) return readSample(stream);
  const table = readTable(stream.csv);
  const [truth, predicted] = stream.error_of.map((column) => table.get(column) ?? []);
  return Float64Array.from(truth, (value, row) => Number(Number(value) !== Number(predicted[row]))).slice(
    stream.start,
    stream.end,
  );
}

interface Run {
  drift: number[];
  warnings: number[];
  final: Partial<Record<"width" | "total" | "variance_sum" | "mean" | "sum", number>>;
}

function watch(values: Float64Array, update: (value: number) => Detection): Omit<Run, "final"> {
  const [drift, warnings]: number[][] = [[], []];
  values.forEach((value, row) => {
    const found = update(value);
    if (found.drift) drift.push(row);
    if (found.warning) warnings.push(row);
  });
  return { drift, warnings };
}

function runAdwin(kernel: Kernel, values: Float64Array, changed: Partial<typeof riverAdwin>): Run {
  const state: AdwinState = createAdwin(kernel, { ...riverAdwin, ...changed });
  const seen = watch(values, (value) => updateAdwin(kernel, state, value));
  const { width, total, squares } = state;
  return { ...seen, final: { width, total, variance_sum: squares, mean: adwinMean(state) } };
}

function runPageHinkley(kernel: Kernel, values: Float64Array, limit: number): Run {
  const state = createPageHinkley(kernel, { ...riverPageHinkley, limit });
  const seen = watch(values, (value) => updatePageHinkley(kernel, state, value));
  return { ...seen, final: { sum: state.up, mean: state.mean } };
}

const runs: Record<string, (kernel: Kernel, values: Float64Array) => Run> = {
  adwin: (kernel, values) => runAdwin(kernel, values, {}),
  "adwin_delta_0.05": (kernel, values) => runAdwin(kernel, values, { delta: 0.05 }),
  adwin_clock_1: (kernel, values) => runAdwin(kernel, values, { clock: 1 }),
  page_hinkley: (kernel, values) => runPageHinkley(kernel, values, 50),
  page_hinkley_threshold_20: (kernel, values) => runPageHinkley(kernel, values, 20),
  ddm: (kernel, values) => {
    const state = createDdm(kernel, riverDdm);
    return { ...watch(values, (value) => updateDdm(kernel, state, value)), final: {} };
  },
  eddm: (kernel, values) => {
    const state = createEddm(kernel, riverEddm);
    return { ...watch(values, (value) => updateEddm(kernel, state, value)), final: {} };
  },
  hddm_a: (kernel, values) => {
    const state = createHddmA(kernel, riverHddmA);
    return { ...watch(values, (value) => updateHddmA(kernel, state, value)), final: {} };
  },
};

function compareRun(comparison: Comparison, where: string, run: Run, expected: Expected): void {
  const checkRows = (what: string, actual: number[], rows: number[]): void => {
    comparison.check(`${where} ${what}`, actual.length, rows.length, exact);
    rows.forEach((row, i) => comparison.check(`${where} ${what} ${i}`, actual[i] ?? NaN, row, exact));
  };
  checkRows("drift", run.drift, expected.drift);
  if (expected.first_warnings)
    checkRows("warnings", run.warnings.slice(0, expected.first_warnings.length), expected.first_warnings);
  if (expected.n_warnings !== undefined)
    comparison.check(`${where} warnings in all`, run.warnings.length, expected.n_warnings, exact);
  for (const name of ["width", "total", "variance_sum", "mean", "sum"] as const) {
    const value = expected[`final_${name}`];
    if (value === undefined) continue;
    comparison.check(`${where} ${name}`, run.final[name] ?? NaN, value, name === "width" ? exact : close);
  }
}

describe.each(kernels)("stream detectors, by the $name kernel", (kernel) => {
  it("alarm where River's do and end in the same state", () => {
    const comparison = new Comparison("stream_detectors");
    if (present)
      for (const { id, stream, n, expected } of readOracle<{ cases: Case[] }>("stream_detectors").cases) {
        const values = readStream(stream);
        comparison.check(`${id} rows`, values.length, n, exact);
        for (const [name, each] of Object.entries(expected))
          if (runs[name]) compareRun(comparison, `${id} ${name}`, runs[name](kernel, values), each);
          else comparison.check(`${id} ${name}`, NaN, 0, exact);
      }
    comparison.finish(kernel.name);
  });
});
