/** What is sent and asked in one run, and when: all drawn from the seed before anything happens. */
import { MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import type { ModelInput } from "#core/domain/model.ts";
import type { World } from "./world.ts";

export const startMs = Date.UTC(2026, 1, 2);
export const windowMs = 5 * MINUTE_MS;
export const basePaneMs = MINUTE_MS;
export const windows = 3;
const panes = (windows * windowMs) / basePaneMs;

export interface SentRow {
  prediction_id?: string;
  timestamp: number;
  /** A text is refused. */
  amount: number | string | null;
  channel: string;
  score: number;
  approved: boolean;
}

export interface SentLabel {
  prediction_id: string;
  label: boolean;
  timestamp: number;
  prediction_timestamp?: number;
}

/** Under one id, sent again until it is acknowledged. */
export type SentBatch = { id: string; atMs: number } & (
  { kind: "predictions"; rows: SentRow[] } | { kind: "labels"; rows: SentLabel[] }
);

/** What a person or a page asks beside. */
export type Ask = { atMs: number } & (
  | { kind: "grow"; shards: number }
  | { kind: "activate"; reference: number; fromMs: number }
  | { kind: "keep longer"; days: number }
  | { kind: "windows" | "detect" | "status" }
);

export interface Scenario {
  model: ModelInput;
  /** Which of the references is in force from the beginning, if any. */
  reference: number | null;
  startsMs: number;
  batches: SentBatch[];
  asks: Ask[];
}

export const references = 2;

export function drawScenario(world: World): Scenario {
  const endMs = startMs + windows * windowMs;
  // Everything lies in the past, or comes as it happens.
  const startsMs = world.chance(0.5) ? endMs : startMs;
  const predictions = drawPredictions(world);
  const at = (rows: readonly { timestamp: number }[]): number =>
    Math.max(startsMs, ...rows.map(({ timestamp }) => timestamp)) + world.between(0, 4 * MINUTE_MS);
  const batches = [
    ...cut(world, predictions, 12).map(([first, ...rows], index) => ({
      ...{ kind: "predictions" as const, id: `p${index}` },
      // A batch without a valid row stores nothing.
      rows: [{ ...first, amount: 1 }, ...rows],
    })),
    ...cut(world, drawLabels(world, predictions), 8).map((rows, index) => ({
      ...{ kind: "labels" as const, id: `l${index}`, rows },
    })),
  ];
  return {
    model: {
      ...{ id: "m", name: "m", windowMs, basePaneMs, latenessMs: world.pick([0, 2 * MINUTE_MS]) },
      ...{ clock: world.pick(["wall", "replay"] as const), shards: world.pick([1, 1, 2, 4]) },
      features: [
        { name: "amount", type: "numeric" },
        { name: "channel", type: "categorical" },
        { name: "score", type: "numeric", role: "score" },
        { name: "approved", type: "boolean", role: "prediction" },
      ],
    },
    reference: world.chance(0.75) ? world.between(0, references - 1) : null,
    startsMs,
    batches: batches.map((batch): SentBatch => ({ ...batch, atMs: at(batch.rows) })),
    asks: Array.from({ length: world.between(0, 6) }, () => drawAsk(world, startsMs)),
  };
}

function drawPredictions(world: World): SentRow[] {
  const ids = world.between(5, 60);
  return Array.from({ length: world.between(5, 90) }, (_, index) => {
    const id = world.between(0, ids);
    // An id is always of one pane, and every sending of it has a time of its own there.
    const paneMs = startMs + ((id * 7919) % panes) * basePaneMs;
    const score = world.between(0, 1000) / 1000;
    return {
      ...(world.chance(0.9) && { prediction_id: `i${id}` }),
      timestamp: paneMs + index,
      amount: world.chance(0.04) ? "much" : world.chance(0.05) ? null : world.between(-300, 300) / 100,
      channel: world.pick(["web", "app", "desk"]),
      ...{ score, approved: score > 0.5 },
    };
  });
}

/** Of some of the predictions, and of some that never come. */
function drawLabels(world: World, predictions: readonly SentRow[]): SentLabel[] {
  return Array.from({ length: world.between(0, 50) }, (_, index) => {
    const { prediction_id: id, timestamp } = world.pick(predictions);
    return {
      prediction_id: world.chance(0.05) ? `never ${index}` : (id ?? "none"),
      label: world.chance(0.5),
      // No two labels of an id at one time.
      timestamp: timestamp + 100 + index * 200,
      ...(world.chance(0.5) && id !== undefined && { prediction_timestamp: timestamp }),
    };
  });
}

/** Into batches of random sizes, out of order. */
function cut<T>(world: World, rows: readonly T[], most: number): T[][] {
  const batches = Array.from({ length: world.between(1, most) }, (): T[] => []);
  for (const row of rows) world.pick(batches).push(row);
  return batches.filter((batch) => batch.length > 0);
}

function drawAsk(world: World, startsMs: number): Ask {
  const atMs = startsMs + world.between(0, windows * windowMs);
  switch (world.between(0, 5)) {
    case 0:
    case 1:
      return { kind: "grow", shards: world.pick([2, 4]), atMs };
    case 2:
      return {
        ...{ kind: "activate", reference: world.between(0, references - 1), atMs },
        fromMs: startMs + world.between(0, windows) * windowMs,
      };
    case 3:
      return { kind: "keep longer", days: world.between(1, 5), atMs };
    default:
      return { kind: world.pick(["windows", "detect", "status"] as const), atMs };
  }
}

/** How long a sender waits for an answer before it asks again. */
export const patienceMs = 30 * SECOND_MS;
/** When nobody sends any more, this is long enough for everything to be counted and closed. */
export const restMs = windowMs + 5 * MINUTE_MS;
