/** Estimates from merged cells hold what the rows themselves give: the oracle's numbers, within the bounds stated. */
import { describe, expect, it } from "vitest";
import { classSlots, countClassDecisions } from "#core/derived/class-decisions.ts";
import { countLosses, lossSlots } from "#core/derived/losses.ts";
import { isotonicOf } from "#core/derived/score-map.ts";
import {
  type CategoricalColumn,
  type Column,
  type Columns,
  type NumericColumn,
  selectRows,
} from "#core/domain/columns.ts";
import type { Feature } from "#core/domain/model.ts";
import { countDecisions, type DecisionCounting, type Decisions } from "#core/derived/decisions.ts";
import { mergeCounts } from "#core/domain/window.ts";
import { estimateClassDecisions } from "#core/estimation/estimate-class-decisions.ts";
import { estimateDecisions } from "#core/estimation/estimate-decisions.ts";
import { estimateLosses } from "#core/estimation/estimate-losses.ts";
import type { LabelledRows } from "#core/estimation/labelled.ts";
import { learnClassDecisions } from "#core/estimation/learn-class-decisions.ts";
import { learnDecisions } from "#core/estimation/learn-decisions.ts";
import { learnLossModels, lossesBlock } from "#core/estimation/learn-losses.ts";
import { dleMetrics, type DleModel, estimateDle } from "#core/methods/estimation/dle.ts";
import { estimateMulticlass, expectMulticlass } from "#core/methods/estimation/cbpe-multiclass.ts";
import { chunkError } from "#core/methods/performance/chunk-error.ts";
import { type Result, result } from "#core/methods/result.ts";
import { kernel } from "../core-as/kernels.ts";
import { chunksOf, cut, type ModelRows, readModel } from "./model-rows.ts";
import { tableColumns } from "./peer-tables.ts";
import { present, readOracle, readPeer, readTable } from "./reference-data.ts";

const features: Feature[] = [
  { name: "score", type: "numeric", role: "score" },
  { name: "answer", type: "boolean", role: "prediction" },
];
const model = { task: "binary" as const, classes: [], features };

function columnsOf({ scores, predicted }: Pick<ModelRows, "scores" | "predicted">): Columns {
  const answer: CategoricalColumn = {
    kind: "categorical",
    codes: Int32Array.from(predicted),
    dictionary: ["false", "true"],
  };
  const columns = new Map<string, Column>([
    ["score", { kind: "numeric", values: Float64Array.from(scores) }],
    ["answer", answer],
  ]);
  return { rows: scores.length, timesMs: null, columns };
}

/** Counted in pieces of a few hundred rows, the last first, and merged. */
function counted(block: DecisionCounting, rows: ModelRows): Float64Array {
  const slots = 4 * (block.edges.length + 1);
  const merged = new Float64Array(slots);
  for (const piece of chunksOf(rows, 701).reverse()) {
    const counts = new Float64Array(slots);
    countDecisions(block)(columnsOf(piece), undefined, counts, 0);
    mergeCounts(merged, counts);
  }
  return merged;
}

const learnt = (reference: ModelRows): Decisions =>
  learnDecisions(kernel, {
    ...{ model, columns: columnsOf(reference), labels: reference.labels, chunking: null },
  })!;

type Name = "rocAuc" | "accuracy" | "f1" | "precision" | "recall" | "specificity";
const metrics: Record<Name, string> = {
  rocAuc: "roc_auc",
  accuracy: "accuracy",
  f1: "f1",
  precision: "precision",
  recall: "recall",
  specificity: "specificity",
};
/** How wide the bounds may be: a probability's rounding for shares, the order inside cells for the area. */
const widest: Record<Name, number> = {
  rocAuc: 5e-5,
  accuracy: 2e-7,
  f1: 4e-6,
  precision: 2e-7,
  recall: 6e-6,
  specificity: 1e-6,
};
/** Without a map no cell is level, and two weeks of elec2 have nearly all their scores next to 0. */
const widestAreaWithoutMap = 3e-3;

/** The widest bounds of each data set, printed: docs/methods/estimation.md has them. */
class Widths {
  readonly #worst = new Map<string, number>();
  see(what: string, { low, high }: Result): void {
    this.#worst.set(what, Math.max(this.#worst.get(what) ?? 0, high! - low!));
  }
  print(data: string): void {
    const said = Array.from(this.#worst, ([what, width]) => `${what} ${width.toExponential(1)}`);
    console.log(`widest bounds on ${data}: ${said.join(", ")}`);
  }
}

interface Case {
  id: "car_loan" | "elec2";
  nannyml_needs_calibration: boolean;
  chunks: {
    part: "reference" | "monitored";
    start: number;
    end: number;
    estimated_isotonic: Record<string, number>;
    estimated_uncalibrated: Record<string, number>;
  }[];
}

describe("CBPE of a binary model from merged cells", () => {
  const cases = present ? readOracle<{ cases: Case[] }>("cbpe").cases : [];
  it.each(cases)("bounds every number that the rows of $id give", ({ id, chunks, ...expected }) => {
    const [reference, monitored] = [readModel(id, "reference"), readModel(id, "monitored")];
    const block = learnt(reference);
    expect(block.map !== null).toBe(expected.nannyml_needs_calibration);
    expect(block.edges.length).toBeLessThan(128);
    const widths = new Widths();
    for (const { part, start, end, estimated_isotonic, estimated_uncalibrated } of chunks) {
      const rows = cut(part === "reference" ? reference : monitored, start, end);
      for (const [counting, exact] of [
        [block, estimated_isotonic],
        [{ ...block, map: null }, estimated_uncalibrated],
      ] as const) {
        const found = estimateDecisions(counting, counted(counting, rows));
        expect(found.rows).toBe(end - start);
        for (const name of Object.keys(metrics) as Name[]) {
          const { statistic, low, high } = found.metrics[name];
          const value = exact[metrics[name]];
          const where = `${part} ${start} ${counting.map ? "isotonic" : "uncalibrated"} ${name}`;
          // The oracle's own last digits.
          expect(low! - 1e-12, where).toBeLessThanOrEqual(value);
          expect(high! + 1e-12, where).toBeGreaterThanOrEqual(value);
          if (counting.map) widths.see(name === "rocAuc" ? "area" : "shares", found.metrics[name]);
          const wide = name === "rocAuc" && !counting.map ? widestAreaWithoutMap : widest[name];
          expect(high! - low!, where).toBeLessThan(wide);
          expect(statistic >= low! && statistic <= high!, where).toBe(true);
        }
      }
    }
    widths.print(id);
  });

  it("knows NannyML's sampling errors from the reference's labels", () => {
    if (!present) return;
    type Row = Record<"roc_auc" | "accuracy" | "f1", { sampling_error: number }>;
    const { tables } = readPeer<{ tables: Row[][] }>("cbpe_standard_binary");
    const { errors } = learnt(readModel("car_loan", "reference")).reference;
    for (const row of tables[0])
      for (const [name, digits] of [
        ["accuracy", 1e-5],
        ["f1", 1e-5],
        ["rocAuc", 5e-3],
      ] as const) {
        const theirs = row[metrics[name] as keyof Row].sampling_error;
        expect(Math.abs(chunkError(errors[name], 5000) / theirs - 1), name).toBeLessThan(digits);
      }
  });
});

describe("CBPE of several classes from merged cells", () => {
  const classes = Array.from({ length: 10 }, (_, k) => String(k));
  const model: LabelledRows["model"] = {
    task: "multiclass",
    classes,
    features: [
      ...classes.map(
        (name) => ({ name: `proba_${name}`, type: "numeric", role: "score", class: name }) as const,
      ),
      { name: "y_pred", type: "categorical", role: "prediction" },
    ],
  };
  function digits(part: string): Columns {
    const table = readTable(`digits_${part}`);
    const numbers = (name: string): Column => ({
      kind: "numeric",
      values: Float64Array.from(table.get(name) ?? [], Number),
    });
    const answer: Column = {
      kind: "categorical",
      codes: Int32Array.from(table.get("y_pred") ?? [], Number),
      dictionary: classes,
    };
    const scores = classes.map((name) => [`proba_${name}`, numbers(`proba_${name}`)] as const);
    return { rows: answer.codes.length, timesMs: null, columns: new Map([...scores, ["y_pred", answer]]) };
  }

  it("bounds what the rows of digits give, chunk by chunk", () => {
    if (!present) return;
    const [reference, monitored] = [digits("reference"), digits("monitored")];
    const labels = Float64Array.from(readTable("digits_reference").get("y_true") ?? [], Number);
    const block = learnClassDecisions(kernel, { model, columns: reference, labels, chunking: null })!;
    const maps = block.classes.map(({ map }) => isotonicOf(map));
    const count = countClassDecisions(block);
    const widths = new Widths();
    for (const all of [reference, monitored])
      for (let start = 0; start < all.rows; start += 60) {
        const rows = Int32Array.from({ length: Math.min(60, all.rows - start) }, (_, i) => start + i);
        const counts = new Float64Array(classSlots(block));
        // Halves, the second first.
        for (const half of [rows.subarray(30), rows.subarray(0, 30)]) count(all, half, counts, 0);
        const own = selectRows(all, rows);
        const values = (name: string): Float64Array => (own.columns.get(name) as NumericColumn).values;
        const exact = estimateMulticlass(
          expectMulticlass(
            kernel,
            maps,
            classes.map((name) => values(`proba_${name}`)),
            (own.columns.get("y_pred") as CategoricalColumn).codes,
          ),
        );
        const found = estimateClassDecisions(block, counts);
        expect([found.rows, found.assumption]).toEqual([rows.length, exact.assumption]);
        for (const [name, { statistic, low, high }] of Object.entries(found.metrics)) {
          const value = exact[name as "accuracy"].statistic;
          widths.see(name === "rocAuc" ? "area" : "shares", found.metrics[name]);
          if (Number.isNaN(value)) {
            expect([statistic, low, high], name).toEqual([NaN, null, null]);
            continue;
          }
          expect(low!, name).toBeLessThanOrEqual(value);
          expect(high!, name).toBeGreaterThanOrEqual(value);
          expect(high! - low!, name).toBeLessThan(name === "rocAuc" ? 0.015 : 1e-5);
          expect(Math.abs(statistic - value), name).toBeLessThan(name === "rocAuc" ? 1e-3 : 1e-6);
        }
        expect(found.confusion!.flat().reduce((sum, rows) => sum + rows)).toBeCloseTo(rows.length, 4);
      }
    widths.print("digits");
  });
});

describe("DLE from merged sums", () => {
  const features = ["season", "hr", "workingday", "weathersit", "temp", "hum", "windspeed"];
  const model: LabelledRows["model"] = {
    task: "regression",
    classes: [],
    features: [
      ...features.map((name) => ({ name, type: "numeric", role: "feature" }) as const),
      { name: "prediction", type: "numeric", role: "prediction" },
    ],
  };

  it("is what the trees say of the rows of bike_sharing, chunk by chunk", () => {
    if (!present) return;
    const columns = tableColumns("bike_sharing_reference", [...features, "prediction"]);
    const labels = Float64Array.from(readTable("bike_sharing_reference").get("cnt") ?? [], Number);
    const labelled = { model, columns, labels, chunking: null };
    const models = learnLossModels(kernel, labelled)!;
    const block = lossesBlock(kernel, labelled, models);
    const trees: DleModel = {
      features: models.whole.features,
      losses: models.whole.trees,
      errors: block.reference.errors,
    };
    const monitored = tableColumns("bike_sharing_monitored", [...features, "prediction"]);
    const count = countLosses(block);
    const widths = new Widths();
    for (let start = 0; start + 873 <= monitored.rows; start += 873) {
      const rows = Int32Array.from({ length: 873 }, (_, i) => start + i);
      const counts = new Float64Array(lossSlots);
      for (const part of [rows.subarray(400), rows.subarray(0, 400)]) count(monitored, part, counts, 0);
      const found = estimateLosses(block, counts);
      const own = selectRows(monitored, rows);
      const exact = estimateDle(trees, own.columns, (own.columns.get("prediction") as NumericColumn).values);
      expect([found.rows, found.assumption]).toEqual([873, exact.assumption]);
      for (const metric of dleMetrics) {
        const { low, high, statistic } = found.metrics[metric];
        expect(low! <= exact[metric] && exact[metric] <= high!, metric).toBe(true);
        widths.see(metric, result(1, { low: low! / statistic, high: high! / statistic }));
        expect((high! - low!) / statistic, metric).toBeLessThan(1e-4);
        expect(Math.abs(statistic / exact[metric] - 1), metric).toBeLessThan(1e-6);
      }
    }
    widths.print("bike_sharing, relative to the estimate");
  });
});
