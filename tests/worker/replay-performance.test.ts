/** Every number of the oracle and of the peers' tables comes back from rows and labels that were sent, estimates within bounds. */
import { describe, expect, test } from "vitest";
import { metricsOf } from "#core/domain/performance-metrics.ts";
import { oracleNames } from "../statistics/oracle-names.ts";
import { expectEstimates } from "./expected-estimates.ts";
import { HOUR_MS, startMs } from "./model-scenario.ts";
import { type DataSet, readJson, replayDataSet, type Replayed, valueOf } from "./replayed.ts";

interface Case {
  csv?: string;
  start: number;
  end: number;
  expected: Record<string, unknown>;
}

const binary = {
  features: [
    { name: "score", type: "numeric", role: "score" },
    { name: "answer", type: "boolean", role: "prediction" },
  ],
};
/** Losses are estimated from features. */
const regression = (numbers: readonly string[], texts: readonly string[] = []) => ({
  model: {
    task: "regression",
    features: [
      ...numbers.map((name) => ({ name, type: "numeric" })),
      ...texts.map((name) => ({ name, type: "categorical" })),
      { name: "answer", type: "numeric", role: "prediction" },
    ],
  },
  texts,
  features: Object.fromEntries([...numbers, ...texts].map((name) => [name, name])),
});
const price = regression(
  ["car_age", "km_driven", "price_new", "accident_count", "door_count"],
  ["fuel", "transmission"],
);
const bikes = regression(["season", "hr", "workingday", "weathersit", "temp", "hum", "windspeed"]);
const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

const sets: (DataSet & { oracle: string })[] = [
  {
    name: "car_loan",
    oracle: "binary_quality",
    model: binary,
    columns: { score: "y_pred_proba", answer: "y_pred" },
    label: "repaid",
    isBoolean: true,
  },
  {
    name: "elec2",
    oracle: "binary_quality",
    model: binary,
    columns: { score: "y_pred_proba", answer: "y_pred" },
    label: "class",
    isBoolean: true,
  },
  {
    name: "car_price",
    oracle: "regression_quality",
    model: price.model,
    texts: price.texts,
    columns: { ...price.features, answer: "y_pred" },
    label: "y_true",
  },
  {
    name: "bike_sharing",
    oracle: "regression_quality",
    model: bikes.model,
    columns: { ...bikes.features, answer: "prediction" },
    label: "cnt",
  },
  {
    name: "digits",
    oracle: "multiclass_quality",
    model: {
      task: "multiclass",
      classes: digits,
      features: [
        ...digits.map((digit) => ({ name: `p${digit}`, type: "numeric", role: "score", class: digit })),
        { name: "answer", type: "categorical", role: "prediction" },
      ],
    },
    columns: {
      ...Object.fromEntries(digits.map((digit) => [`p${digit}`, `proba_${digit}`])),
      answer: "y_pred",
    },
    label: "y_true",
    isText: true,
  },
];

/** Statistics to nine digits (the data's README). */
function expectClose(found: number, wanted: unknown, where: string): void {
  const number = Number(wanted);
  expect(Math.abs(found - number), `${where}: ${found}, not ${number}`).toBeLessThanOrEqual(
    1e-9 * Math.abs(number) + 1e-14,
  );
}

function expectOracle(windows: Replayed["windows"], cases: readonly Case[], name: string): void {
  cases.forEach(({ expected }, chunk) => {
    const window = windows[chunk];
    const where = (what: string): string => `${name} ${chunk} ${what}`;
    const realised = window.realised!;
    expect([window.windowStartMs, window.labelled, window.coverage]).toEqual([
      startMs + chunk * HOUR_MS,
      expected.n,
      1,
    ]);
    expect(window.delay).toEqual({ medianMs: 2 * HOUR_MS, p90Ms: 2 * HOUR_MS });
    if (realised.task === "multiclass") {
      expect(realised.confusion).toEqual(expected.confusion);
      for (const [theirs, ours] of Object.entries(multiclassNames))
        expectClose(valueOf(window, ours), expected[theirs], where(ours));
      for (const mean of ["macro", "micro", "weighted"])
        for (const [theirs, ours] of [
          ["precision", "Precision"],
          ["recall", "Recall"],
          ["f1", "F1"],
        ])
          expectClose(
            valueOf(window, `${mean}${ours}`),
            (expected[mean] as Record<string, number>)[theirs],
            where(`${mean}${ours}`),
          );
      return;
    }
    if (realised.task === "binary")
      expect(realised.confusion?.flat()).toEqual(["tn", "fp", "fn", "tp"].map((cell) => expected[cell]));
    for (const [theirs, ours] of Object.entries(oracleNames[realised.task]))
      expectClose(valueOf(window, ours), expected[theirs], where(ours));
  });
}

const multiclassNames = {
  accuracy: "accuracy",
  mcc: "mcc",
  cohen_kappa: "kappa",
  log_loss_clip_1e_15_renormalised: "logLoss",
  brier_multi: "brier",
  roc_auc_ovr_macro: "rocAuc",
};

/** Peers' names, six digits printed. */
const peers: Record<string, { file: string; names: Record<string, string> }> = {
  car_loan: {
    file: "realized_standard_binary",
    names: { ...oracleNames.binary, average_precision: "averagePrecision" },
  },
  car_price: { file: "realized_regression", names: { ...oracleNames.regression, mape: "mape" } },
};
type PeerRow = Record<string, { value: number }> & { chunk: { period: string } };

async function expectPeers(windows: Replayed["windows"], name: string): Promise<void> {
  const peer = peers[name];
  const printed = peer && (await readJson<{ tables: PeerRow[][] }>(`/peer/${peer.file}.json`));
  if (!printed) return;
  let compared = 0;
  for (const rows of printed.tables)
    rows.forEach((row, chunk) => {
      if (row.chunk.period !== "analysis") return;
      for (const [theirs, ours] of Object.entries(peer.names)) {
        if (!(theirs in row)) continue;
        const { value } = row[theirs];
        compared++;
        expect(Math.abs(valueOf(windows[chunk], ours) - value), `${name} ${chunk} ${theirs}`).toBeLessThan(
          6e-6 * Math.abs(value),
        );
      }
    });
  expect(compared).toBe(
    10 * Object.keys(peer.names).filter((theirs) => theirs in printed.tables[0][0]).length,
  );
}

/** Windows in which performance is worse than a reference without chunks lets pass: gates are doubled. */
const drifting: Record<string, number[]> = {
  car_loan: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  elec2: [1, 1, 1, 1, 1, 0, 0, 0],
  car_price: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  bike_sharing: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
  digits: [0, 0],
};

describe("a replayed data set", () => {
  test.each(sets.map((set) => [set.name, set] as const))("%s has the oracle's numbers", async (name, set) => {
    const oracle = await readJson<{ cases: Case[] }>(`/oracle/${set.oracle}.json`);
    if (oracle === null) {
      console.log("reference data: absent");
      return;
    }
    const cases = oracle.cases.filter(({ csv }) => csv === `${name}_monitored`);
    const replayed = await replayDataSet(set, cases);
    const { windows, performance } = replayed;
    expectOracle(windows, cases, name);
    await expectEstimates(set, replayed, cases);
    await expectPeers(windows, name);
    for (const { realised } of windows)
      for (const metric of metricsOf(performance.task)) {
        const found = realised?.metrics[metric.name];
        if (found?.low != null && found.high != null)
          expect(found.low <= found.value && found.value <= found.high, metric.name).toBe(true);
      }
    const statuses = windows.map(({ check }) => check?.status);
    expect(statuses.map((status) => status === "drift")).toEqual(drifting[name].map(Boolean));
  });
}, 120_000);
