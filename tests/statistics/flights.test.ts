/**
 * The promise on real data: what is quiet in January's flights stays quiet. Shuffled, January has no days left and only
 * sampling noise; left out one at a time, its real days are judged by the others.
 */
import { beforeAll, expect, test } from "vitest";
import type { Check } from "#core/domain/check.ts";
import { type Columns, selectRows } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import type { Feature } from "#core/domain/model.ts";
import {
  buildFeatures,
  featureNames,
  featureSpecs,
  MISSING,
  weekdays,
} from "../../examples/flights/features.ts";
import { minuteToMs, referenceMinutes } from "../../examples/flights/calendar.ts";
import { loadFlights } from "../../examples/flights/flights.ts";
import { checkOf, Draws, mostAllowed, referenceOf } from "./synthetic.ts";

const days = referenceMinutes / (24 * 60);
const features: Feature[] = featureSpecs.map(({ name, type }) => ({ name, type, role: "feature" }));
let january: Columns;

beforeAll(async () => {
  const flights = await loadFlights(referenceMinutes);
  const built = buildFeatures(flights);
  january = {
    rows: flights.rows,
    timesMs: Float64Array.from(flights.minute, minuteToMs),
    columns: new Map(
      featureSpecs.map(({ name, type, scale }) => [
        name,
        type === "numeric"
          ? {
              kind: "numeric",
              values: Float64Array.from(built[name], (value) => (value === MISSING ? NaN : value / scale)),
            }
          : {
              kind: "categorical",
              codes: Int32Array.from(built[name], (code) => (code === MISSING ? -1 : code)),
              dictionary: name === "weekday" ? weekdays : flights.codes,
            },
      ]),
    ),
  };
  expect(features.map(({ name }) => name)).toEqual([...featureNames]);
});

const dayOf = (timeMs: number): number => Math.floor((timeMs - minuteToMs(0)) / DAY_MS);

function rowsWhere(keep: (row: number) => boolean): Int32Array {
  return Int32Array.from({ length: january.rows }, (_, row) => row).filter(keep);
}

const loud = (checks: Check[], ...statuses: Check["status"][]): string[] =>
  checks
    .filter(({ status }) => statuses.includes(status))
    .map(({ windowStartMs, worst, reason }) => `${windowStartMs} ${worst ?? ""} ${reason}`);

function expectWithinBudget(checks: Check[]): void {
  const { drift, warning } = checks[0].family.level;
  expect(loud(checks, "drift").length, loud(checks, "drift").join("; ")).toBeLessThanOrEqual(
    mostAllowed(checks.length, drift),
  );
  expect(loud(checks, "drift", "warning").length, loud(checks, "warning").join("; ")).toBeLessThanOrEqual(
    mostAllowed(checks.length, warning),
  );
}

test("shuffled January stays within the budget", { timeout: 180_000 }, async () => {
  const draws = new Draws(2001);
  const order = rowsWhere(() => true);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(draws.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const part = (from: number, to: number): Columns => ({
    ...selectRows(january, order.subarray(from, to)),
    timesMs: null,
  });
  const half = january.rows >> 1;
  const reference = await referenceOf(features, part(0, half));
  const size = Math.floor((january.rows - half) / days);
  const checks = Array.from({ length: days }, (_, window) =>
    checkOf(reference, part(half + window * size, half + (window + 1) * size), { window }),
  );
  expectWithinBudget(checks);
  // Independent rows, so the sampling null alone is held to its level: no test may hide behind the effect gates.
  const pValues = checks.flatMap((check) => check.features.map(({ tests }) => tests[0].pSampling));
  for (const level of [0.05, 0.01])
    expect(pValues.filter((p) => p <= level).length).toBeLessThanOrEqual(mostAllowed(pValues.length, level));
});

test(
  "real January days, judged by the other days, stay within the budget",
  { timeout: 180_000 },
  async () => {
    const { timesMs } = january;
    if (timesMs === null) throw new Error("flights have times");
    const checks: Check[] = [];
    for (let day = 0; day < days; day++) {
      const rest = selectRows(
        january,
        rowsWhere((row) => dayOf(timesMs[row]) !== day),
      );
      const reference = await referenceOf(features, rest);
      checks.push(
        checkOf(
          reference,
          selectRows(
            january,
            rowsWhere((row) => dayOf(timesMs[row]) === day),
          ),
          { window: day },
        ),
      );
    }
    expectWithinBudget(checks);
    // The days do differ: without the chunk null nearly every one of them would alarm.
    const significant = checks.filter((check) =>
      check.features.some(({ tests }) => tests[0].pSampling < 1e-4),
    );
    expect(significant.length).toBeGreaterThan(0.9 * days);
  },
);
