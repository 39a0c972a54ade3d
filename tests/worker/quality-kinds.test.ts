/** Every kind of quality, over HTTP: thirty calm days, then a day for each thing that can be wrong with the data. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Quality } from "#core/domain/api.ts";
import type { QualityPoint, QualitySeries } from "#core/domain/quality.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  ringAlarm,
  ringOnce,
  type Row,
  seeded,
  send,
  startMs,
  toColumns,
} from "./model-scenario.ts";

const calmDays = 30;
const perDay = 120;

/** Two sensors that now and then give nothing, each by itself; a kind and a flag. */
function readings(day: number, rows = perDay): Row[] {
  const random = seeded(1000 + day);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: rows }, (_, row) => ({
    prediction_id: `${day}-${row}`,
    timestamp: startMs + day * DAY_MS + Math.floor((row * DAY_MS) / rows),
    heat: random() < 0.05 ? null : normal(),
    light: random() < 0.05 ? null : normal(),
    kind: random() < 0.6 ? "a" : "b",
    on: random() < 0.5,
  }));
}

const some = (rows: Row[], share: number, change: Row | { [name: string]: unknown }): Row[] =>
  rows.map((row, at) => (at < share * rows.length ? { ...row, ...change } : row));
const without = (rows: Row[], name: string): Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name)) as Row);

interface Fault {
  kind: QualitySeries["kind"];
  subject: string | null;
  change?: QualitySeries["change"];
  /** The batches of its day. */
  batches: (rows: Row[]) => Row[][];
}

/** A fault a day, in this order. */
const faults: Fault[] = [
  { kind: "missing", subject: "heat", batches: (rows) => [some(rows, 0.4, { heat: null })] },
  { kind: "unseen", subject: "kind", batches: (rows) => [some(rows, 0.3, { kind: "new" })] },
  { kind: "out_of_range", subject: "light", batches: (rows) => [some(rows, 0.1, { light: 50 })] },
  { kind: "type_mismatch", subject: "on", batches: (rows) => [rows, some(rows.slice(0, 12), 1, { prediction_id: "x", on: "maybe" })] }, // prettier-ignore
  { kind: "constant", subject: "light", batches: (rows) => [some(rows, 1, { light: 0.1 })] },
  { kind: "duplicates", subject: null, batches: (rows) => [rows, rows.slice(0, 60)] },
  { kind: "empty_batches", subject: null, batches: (rows) => [rows, ...rows.slice(0, 6).map((row) => [{ ...row, on: "no" }])] }, // prettier-ignore
  { kind: "volume", subject: null, batches: (rows) => [rows.slice(0, 45)] },
  { kind: "schema", subject: "shelf", change: "added", batches: (rows) => [0, 1, 2, 3].map((part) => some(rows.filter((_, at) => at % 4 === part), 1, { shelf: 3 })) }, // prettier-ignore
  { kind: "schema", subject: "light", change: "removed", batches: (rows) => [without(rows, "light")] },
  {
    kind: "schema",
    subject: "heat",
    change: "retyped",
    batches: (rows) => [some(rows, 1, { heat: "warm" })],
  },
  { kind: "co_missing", subject: null, batches: (rows) => [some(some(rows, 1, { heat: 0, light: 1 }), 0.15, { heat: null, light: null })] }, // prettier-ignore
];

describe("each kind of quality", () => {
  let series: QualitySeries[];
  const pointOn = (day: number, { kind, subject, change = null }: Omit<Fault, "batches">) =>
    series
      .find((one) => one.kind === kind && one.subject === subject && one.change === change)
      ?.points.find(({ windowStartMs }) => windowStartMs === startMs + day * DAY_MS);

  beforeAll(async () => {
    await ask("POST", "/v1/models", {
      ...{ id: "sensors", name: "Sensors", clock: "replay", basePaneMs: HOUR_MS, latenessMs: 600_000 },
      features: [
        { name: "heat", type: "numeric" },
        { name: "light", type: "numeric" },
        { name: "kind", type: "categorical" },
        // Repeats are known of models with a prediction.
        { name: "on", type: "boolean", role: "prediction" },
      ],
    });
    const before = Array.from({ length: 28 }, (_, back) => readings(back - 28)).flat();
    const { id } = await ask<{ id: string }>("POST", "/v1/models/sensors/references", {
      columns: toColumns(before),
    });
    await ask("POST", `/v1/models/sensors/references/${id}/activate`, { from: startMs });
    for (let day = 0; day < calmDays; day++) await send("sensors", `${day}`, readings(day));
    for (const [at, { batches }] of faults.entries()) {
      const day = calmDays + at;
      for (const [part, rows] of batches(readings(day)).entries())
        await call("POST", "/v1/models/sensors/predictions", { batch_id: `${day}-${part}`, rows });
    }
    await send("sensors", "last", readings(calmDays + faults.length, 10));
    await ringAlarm("sensors", 200);
    ({ series } = await ask<Quality>("GET", "/v1/models/sensors/quality"));
  }, 120_000);

  test("is calm on calm days", () => {
    const loud = series.flatMap(({ kind, subject, points }) =>
      points
        .filter(({ windowEndMs, status }) => windowEndMs <= startMs + calmDays * DAY_MS && status === "drift")
        .map(({ windowStartMs }) => [kind, subject, (windowStartMs - startMs) / DAY_MS]),
    );
    expect(loud).toEqual([]);
  });

  test.each(
    faults.map((fault, at) => [fault.kind, fault.change ?? fault.subject ?? "", calmDays + at, fault]),
  )("%s %s is drift on its day, and says so", (_kind, _which, day, fault) => {
    const point = pointOn(day as number, fault as Fault) as QualityPoint;
    expect(point).toMatchObject({ status: "drift" });
    expect(point.effect).toBeGreaterThanOrEqual(point.gate.drift);
  });

  test("of a window's refused rows is drift where rows of another type come", () => {
    const day = calmDays + faults.findIndex(({ kind }) => kind === "type_mismatch");
    expect(pointOn(day, { kind: "refused", subject: null })).toMatchObject({
      status: "drift",
      value: 12 / 132,
    });
  });
});

test("silence is drift in the first day without rows, and says what usually comes", async () => {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const [first, last] = [today - 29 * DAY_MS, today - DAY_MS];
  // A row to try it with, and three weeks of nothing: waiting is not what is usual.
  await createModel("quiet", { clock: "wall", fromMs: first - 21 * DAY_MS });
  const days = Array.from({ length: (last - first) / DAY_MS }, (_, day) =>
    makeRows(day + 1, 60, first + day * DAY_MS),
  );
  await send("quiet", "tried", makeRows(1, 1, first - 21 * DAY_MS));
  await send("quiet", "all", days.flat());
  let series: QualitySeries[] = [];
  // An alarm judges a few windows; the newest is that of yesterday.
  for (let rung = 0; rung < 60; rung++) {
    await ringOnce("quiet");
    ({ series } = await ask<Quality>("GET", `/v1/models/quiet/quality?kind=silence&from=${last}`));
    if (series.length > 0) break;
  }
  expect(series[0].points).toMatchObject([
    {
      windowStartMs: last,
      value: DAY_MS,
      status: "drift",
      reason: "No rows came; 60 come in windows like this.",
    },
  ]);
}, 60_000);
