/**
 * Rows and labels that come late, by minutes or by days: in the end windows, checks and performance are those of one pass in
 * the order of time, and on the way a window is revised when its rows changed, and only then.
 */
import { describe, expect, test } from "vitest";
import type { CheckDetail, DriftHistory, FeatureWindows, Performance } from "#core/domain/api.ts";
import type { Check } from "#core/domain/check.ts";
import {
  ask,
  createModel,
  DAY_MS,
  features,
  HOUR_MS,
  makeRows,
  MINUTE_MS,
  ringAlarm,
  type Row,
  seeded,
  send,
  startMs,
} from "./model-scenario.ts";

const days = 6;
const rowsADay = 80;
const latenessMs = 10 * MINUTE_MS;
const rows = Array.from({ length: days }, (_, day) =>
  makeRows(50 + day, rowsADay, startMs + day * DAY_MS, DAY_MS, day === 3 ? 1.5 : 0),
).flat();
/** One row long after all of them: with it every window closes. */
const closing = makeRows(99, 1, startMs + 20 * DAY_MS, HOUR_MS);
const timeOf = (row: Row): number => row.timestamp as number;
const dayOf = (row: Row): number => Math.floor((timeOf(row) - startMs) / DAY_MS);

interface Label {
  prediction_id: string;
  label: boolean;
  timestamp: number;
}

const labelOf = (row: Row, at: number): Label => ({
  prediction_id: row.prediction_id!,
  label: (row.score as number) > ((at * 37) % 100) / 100,
  timestamp: timeOf(row) + DAY_MS,
});

/** Most come at once, some within hours, a few days later. */
function delayMs(random: () => number): number {
  const kind = random();
  if (kind < 0.6) return random() * 5 * MINUTE_MS;
  return kind < 0.9 ? random() * 8 * HOUR_MS : random() * 5 * DAY_MS;
}

const historyOf = async (id: string): Promise<DriftHistory["checks"]> =>
  (await ask<DriftHistory>("GET", `/v1/models/${id}/drift/history`)).checks;

/** What a check says of its window's rows; its id, and with it the seed of its draws, are its own. */
const findings = ({ rows, status, features: found }: Check) => ({
  rows,
  status,
  features: found.map(({ name, m, missing, unseen, scores, tests }) => ({
    ...{ name, m, missing, unseen, scores },
    tests: tests.map(({ kind, method, statistic, effect, gate }) => ({
      kind,
      method,
      statistic,
      effect,
      gate,
    })),
  })),
});

async function finalOf(id: string) {
  const windows = await Promise.all(
    features.map(({ name }) => ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${name}`)),
  );
  const checks = await Promise.all(
    (await historyOf(id)).map((check) => ask<CheckDetail>("GET", `/v1/models/${id}/checks/${check.id}`)),
  );
  const { windows: measured } = await ask<Performance>("GET", `/v1/models/${id}/performance`);
  return {
    counts: windows.map(({ windows: own }) =>
      own.map(({ windowStartMs, rows: many, counts }) => ({ windowStartMs, many, counts })),
    ),
    checks: checks.map(({ check, counts }) => ({ ...findings(check), counts })),
    measured,
  };
}

const sendLabels = (id: string, batchId: string, batch: Label[]): Promise<unknown> =>
  ask("POST", `/v1/models/${id}/labels`, { batch_id: batchId, rows: batch });

async function onePass(id: string) {
  await createModel(id, { latenessMs });
  await send(id, "all", [...rows, ...closing]);
  await sendLabels(id, "labels", rows.map(labelOf));
  await ringAlarm(id);
  return finalOf(id);
}

/** Sends what has arrived by each of many moments, and holds the history against what it must be then. */
async function withDelays(id: string, seed: number) {
  await createModel(id, { latenessMs });
  const random = seeded(seed);
  const arriving = [
    ...rows.map((row) => ({ row, label: null, atMs: timeOf(row) + delayMs(random) })),
    ...rows.map((row, at) => ({ row: null, label: labelOf(row, at), atMs: timeOf(row) + delayMs(random) })),
  ].sort((a, b) => a.atMs - b.atMs);
  const sent = Array.from({ length: days }, () => 0);
  const checked = new Map<number, { rows: number; revision: number }>();
  let [newestMs, from] = [-Infinity, 0];
  for (let batch = 0; from < arriving.length; batch++) {
    const come = arriving.slice(from, from + 10 + Math.floor(random() * 60));
    from += come.length;
    const fresh = come.flatMap(({ row }) => row ?? []);
    const labels = come.flatMap(({ label }) => label ?? []);
    // What comes again is known: it revises nothing.
    for (let time = 0; time <= batch % 2; time++) {
      if (fresh.length > 0) await send(id, `rows-${batch}`, fresh);
      if (labels.length > 0) await sendLabels(id, `labels-${batch}`, labels);
    }
    for (const row of fresh) {
      sent[dayOf(row)]++;
      newestMs = Math.max(newestMs, timeOf(row));
    }
    if (random() < 0.3) continue;
    await ringAlarm(id);
    for (const [day, many] of sent.entries()) {
      if (startMs + (day + 1) * DAY_MS > newestMs - latenessMs) continue;
      const before = checked.get(day);
      if (before?.rows !== many) checked.set(day, { rows: many, revision: (before?.revision ?? 0) + 1 });
    }
    expect((await historyOf(id)).map(({ rows: many, revision }) => ({ rows: many, revision }))).toEqual(
      [...checked.keys()].sort((a, b) => a - b).map((day) => checked.get(day)),
    );
  }
  await send(id, "closing", closing);
  await ringAlarm(id);
  const revisions = [...checked.values()].reduce((most, { revision }) => Math.max(most, revision), 0);
  return { final: await finalOf(id), revisions };
}

describe("late rows", () => {
  test("end in what one pass gives, and revise the windows that they touch, only those", async () => {
    const expected = await onePass("punctual");
    expect(expected.measured.length).toBe(days);
    for (const seed of [2]) {
      const { final, revisions } = await withDelays(`delayed-${seed}`, seed);
      expect(final).toEqual(expected);
      expect(revisions).toBeGreaterThan(3);
    }
  }, 90_000);
});
