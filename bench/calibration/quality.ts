/**
 * False alarms of the tests of the data's quality, and of whole checks with all of them in the family. Days of a shop: fewer
 * rows at weekends and hardly any at night, growth, values that are missing alone and together, repeats, refusals and empty
 * batches, all of which differ from day to day by more than dice do. Nothing changes, so that every alarm is a false one.
 */
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import type { Feature } from "#core/domain/model.ts";
import { emptyQuality, type PaneQuality } from "#core/domain/pane-quality.ts";
import { Policy } from "#core/domain/policy.ts";

import { type PastWindow, pastWindow, type QualityEvidence } from "#core/domain/quality-evidence.ts";
import { createFolder } from "#core/domain/window.ts";
import { evaluate } from "#core/evaluate.ts";
import { autoregressive, binomial, multinomial, normal, seedFor, startStream, uniform } from "./chance.ts";
import { type Source, sourceOf } from "./data.ts";
import { drawTablesFrom, kernel, referenceFrom } from "./product.ts";
import { count, newTally, nextReference, type Subject, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";
import { alphas } from "./tests.ts";
import { startMs } from "./verdicts.ts";

/** From Monday to Sunday. */
const week = [1, 1.02, 1, 0.98, 0.95, 0.55, 0.42];
/** The last hours of a day have next to nothing. */
const hours = Float64Array.from({ length: 24 }, (_, hour) => (hour < 20 ? 1 : hour < 22 ? 0.1 : 0.01));
const sources = ["normal", "lognormal", "zeros 50 %", "integers", "5 categories", "2 categories"].map(
  sourceOf,
);
const features = sources.map(({ type }, at): Feature => ({ name: `f${at}`, type, role: "feature" }));
/** These fail together. */
const sensors = 3;
const referenceDays = 28;
const historyDays = 56;
/** A week's growth, and how days differ: of the logarithm of their rows, and of every share. */
const [growth, spread, shareSpread] = [1.01, 0.08, 0.3];
const shares = { missing: 0.02, together: 0.005, duplicates: 0.003, refused: 0.002, empty: 0.02 };
const batches = 24;
/** Kinds that these days give cause to test. */
const tested = [
  ...["volume", "silence", "duplicates", "refused", "empty_batches", "co_missing"],
  ...["missing", "out_of_range", "constant"],
];
const policy = Policy.parse({});

interface QualityPart {
  perDay: number;
  /** Standard deviations by which days' values differ; 0 where rows come independently. */
  tau: number;
  from: number;
  to: number;
}

const worlds: Pick<QualityPart, "perDay" | "tau">[] = [
  { perDay: 200, tau: 0 },
  { perDay: 400, tau: 0.2 },
];

export function qualityTasks({ references }: Effort): Task[] {
  const block = 25;
  const tasks: Task[] = [];
  for (const world of worlds)
    for (let from = 0; from < references; from += block)
      tasks.push({
        kind: "quality",
        name: `quality of ${world.perDay} rows a day${world.tau > 0 ? ", days differ" : ""}`,
        part: { ...world, from, to: Math.min(references, from + block) } satisfies QualityPart,
      });
  return tasks;
}

/** What came on one day, beside its rows' values. */
interface Traffic {
  rows: number;
  told: PaneQuality;
  byHour: Float64Array;
}

const varied = (share: number): number => Math.min(0.5, share * Math.exp(shareSpread * normal()));

function trafficOf(day: number, perDay: number): Traffic {
  const mean = perDay * week[((day % 7) + 7) % 7] * growth ** (day / 7) * Math.exp(spread * normal());
  const rows = Math.max(1, Math.round(mean + Math.sqrt(mean) * normal()));
  const refused = binomial(rows, varied(shares.refused));
  const told = {
    ...emptyQuality(),
    received: rows + refused,
    ...(refused > 0 && { rejected: { timestamp_invalid: refused } }),
    duplicates: binomial(rows, varied(shares.duplicates)),
    batches,
    empty: binomial(batches, varied(shares.empty)),
  };
  return { rows, told, byHour: multinomial(hours, rows) };
}

/** Values of a day, of which some are missing. */
function valuesOf(rows: number, shifts: readonly number[]): Column[] {
  const failed = varied(shares.together);
  const down = Array.from({ length: rows }, () => uniform() < failed);
  return sources.map((source: Source, at): Column => {
    const own = varied(shares.missing);
    const column = source.draw(rows, shifts[at]);
    for (let row = 0; row < rows; row++) {
      if (!((at < sensors && down[row]) || uniform() < own)) continue;
      if (column.kind === "numeric") column.values[row] = NaN;
      else column.codes[row] = -1;
    }
    return column;
  });
}

const columnsOf = (columns: readonly Column[], rows: number): Columns => ({
  rows,
  timesMs: null,
  columns: new Map(columns.map((column, at) => [features[at].name, column])),
});

/** The days before the windows, as rows with times. */
function referenceRows(perDay: number, effects: readonly (() => number)[]): Columns {
  const days = Array.from({ length: referenceDays }, (_, day) => {
    const { rows } = trafficOf(day - referenceDays, perDay);
    return { rows, columns: valuesOf(rows, effects.map((next) => next())) }; // prettier-ignore
  });
  const timesMs = days.flatMap(({ rows }, day) =>
    Array.from({ length: rows }, (_, row) => startMs + (day - referenceDays + row / rows) * DAY_MS),
  );
  const joined = sources.map((_, at): Column => {
    const parts = days.map(({ columns }) => columns[at]);
    const [first] = parts;
    return first.kind === "numeric"
      ? { kind: "numeric", values: Float64Array.from(parts.flatMap((part) => (part.kind === "numeric" ? [...part.values] : []))) } // prettier-ignore
      : { ...first, codes: Int32Array.from(parts.flatMap((part) => (part.kind === "numeric" ? [] : [...part.codes]))) }; // prettier-ignore
  });
  return { ...columnsOf(joined, timesMs.length), timesMs: Float64Array.from(timesMs) };
}

const silentHours = ({ byHour }: Traffic): number =>
  byHour.length - 1 - byHour.findLastIndex((rows) => rows > 0);
const lastHours = ({ byHour }: Traffic, many: number): number =>
  byHour.slice(byHour.length - many).reduce((sum, rows) => sum + rows, 0);

function evidenceOf(now: Traffic, before: readonly Traffic[], windowStartMs: number): QualityEvidence {
  const silent = silentHours(now);
  return {
    ...{ clock: "wall", rows: now.rows, told: now.told, silentMs: silent * HOUR_MS, season: 7, fields: {} },
    past: before
      .map((traffic, at): PastWindow => {
        const back = before.length - at;
        return {
          ...pastWindow({ back, startMs: windowStartMs - back * DAY_MS }, traffic),
          ...(silent > 0 && { tailRows: lastHours(traffic, silent) }),
        };
      })
      .reverse(),
  };
}

export async function runQuality(part: unknown, effort: Effort): Promise<Tally[]> {
  const { perDay, tau, from, to } = part as QualityPart;
  const subject = {
    ...{ kind: "quality" as const, n: referenceDays * perDay, m: perDay, features: features.length },
    data: `${perDay} rows a day${tau > 0 ? ", days differ" : ""}`,
  };
  const tallies = talliesOf(subject);
  for (let each = from; each < to; each++) {
    startStream(effort.release, "quality", perDay, tau, each);
    drawTablesFrom(seedFor(effort.release, "tables", "quality", perDay, tau, each));
    const effects = sources.map(() => autoregressive(tau, 0.6));
    const seed = seedFor(effort.release, "quality", perDay, tau, each);
    const reference = await referenceFrom(features, referenceRows(perDay, effects), seed);
    const folder = createFolder(kernel, reference);
    const history = Array.from({ length: historyDays }, (_, day) => trafficOf(day - historyDays, perDay));
    tallies.all.forEach(nextReference);
    for (let day = 0; day < effort.costlyWindows / 2; day++) {
      const now = trafficOf(day, perDay);
      const windowStartMs = startMs + day * DAY_MS;
      const columns = columnsOf(
        valuesOf(
          now.rows,
          effects.map((next) => next()),
        ),
        now.rows,
      );
      const check = evaluate(kernel, {
        ...{ reference, policy, features, modelId: `quality-${seed.toString(36)}`, monitor: "default" },
        ...{
          windowStartMs,
          windowEndMs: windowStartMs + DAY_MS,
          windowMs: DAY_MS,
          revision: 0,
          configVersion: 1,
        },
        ...{ counts: folder.fold(columns), rows: now.rows, complete: true },
        quality: evidenceOf(now, history.slice(-historyDays), windowStartMs),
      });
      history.push(now);
      tallies.count(check, day % 7 === 6);
    }
  }
  return tallies.all;
}

type Checked = ReturnType<typeof evaluate>;

function talliesOf(subject: Omit<Subject, "method">) {
  const of = (method: string, levels: number[]): Tally => newTally({ ...subject, method }, levels);
  const kinds = new Map(tested.map((kind): [string, Tally] => [kind, of(kind, alphas)]));
  const sundays = of("volume on Sundays", alphas);
  const { drift, warning } = policy.falseIncidentsPerMonth;
  const whole = {
    drift: of("drift", [drift / 30]),
    loud: of("warning or drift", [warning / 30]),
    driftFamily: of("family at the drift level, before gates", [drift / 30]),
    loudFamily: of("family at the warning level, before gates", [warning / 30]),
  };
  return {
    all: [...kinds.values(), sundays, ...Object.values(whole)],
    count: ({ quality, features: judged, status, family }: Checked, sunday: boolean): void => {
      const tests = [...quality, ...judged.flatMap(({ tests: own }) => own)];
      for (const { kind, pValue } of tests) {
        if (pValue === null) continue;
        const rejects = alphas.map((alpha) => pValue <= alpha);
        const tally = kinds.get(kind);
        if (tally) count(tally, rejects);
        if (kind === "volume" && sunday) count(sundays, rejects);
      }
      const least = tests.reduce((most, { adjustedP }) => Math.min(most, adjustedP ?? 1), 1);
      count(whole.drift, [status === "drift"]);
      count(whole.loud, [status === "drift" || status === "warning"]);
      count(whole.driftFamily, [least <= family.level.drift]);
      count(whole.loudFamily, [least <= family.level.warning]);
    },
  };
}
