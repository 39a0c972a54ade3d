/** What is sent and asked in one run, and when: all drawn from the seed before anything happens. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import type { Part } from "#core/formats/inference/inference-events.ts";
import type { ModelInput } from "#core/domain/model.ts";
import type { Faults } from "./faults.ts";
import { drawInferences } from "./inferences.ts";
import type { World } from "./world.ts";

/** The windows lie on both sides of an hour, and of a day. */
export const startMs = Date.UTC(2026, 1, 1, 23, 50);
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
export type SentBatch =
  | { kind: "predictions"; id: string; atMs: number; rows: SentRow[] }
  | { kind: "labels"; id: string; atMs: number; rows: SentLabel[] }
  | SentInference;

/** In two halves; together they are a batch. */
export interface SentInference {
  kind: "inference";
  id: string;
  rows: SentRow[];
  /** When the request is sent, and when the response is. */
  atMs: number;
  answeredAtMs: number;
  /** Whether the request says when it was. */
  requestSays: boolean;
}

/** What one sender has to deliver: a batch, or one half of an inference. */
export interface Sending {
  batch: SentBatch;
  part: Part;
  atMs: number;
}

export const sendingsOf = (batches: readonly SentBatch[]): Sending[] =>
  batches.flatMap((batch): Sending[] => [
    { batch, part: "request", atMs: batch.atMs },
    ...(batch.kind === "inference" ? [{ batch, part: "response" as const, atMs: batch.answeredAtMs }] : []),
  ]);

/** Of each batch that holds some. */
export const predictionsIn = (batches: readonly SentBatch[]): SentRow[][] =>
  batches.flatMap((batch) => (batch.kind === "labels" ? [] : [batch.rows]));

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
  const inferences = drawInferences(world, startsMs);
  const at = (rows: readonly { timestamp: number }[]): number =>
    Math.max(startsMs, ...rows.map(({ timestamp }) => timestamp)) + world.between(0, 4 * MINUTE_MS);
  const labels = drawLabels(world, [...predictions, ...predictionsIn(inferences).flat()]);
  const batches = [
    ...cut(world, predictions, 12).map(([first, ...others], index): SentBatch => {
      // A batch without a valid row stores nothing.
      const rows = [{ ...first, amount: 1 }, ...others];
      return { kind: "predictions", id: `p${index}`, rows, atMs: at(rows) };
    }),
    ...cut(world, labels, 8).map((rows, index): SentBatch => ({
      kind: "labels",
      id: `l${index}`,
      rows,
      atMs: at(rows),
    })),
    ...inferences,
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
      ...(world.chance(0.35) && { archive: {} }),
    },
    reference: world.chance(0.75) ? world.between(0, references - 1) : null,
    startsMs,
    batches,
    asks: Array.from({ length: world.between(0, 6) }, () => drawAsk(world, startsMs)),
  };
}

function drawPredictions(world: World): SentRow[] {
  const ids = world.between(5, 60);
  return Array.from({ length: world.between(5, 90) }, (_, index) => {
    const id = world.between(0, ids);
    // An id is always of one pane, and every sending of it has a time of its own there.
    return {
      ...(world.chance(0.9) && { prediction_id: `i${id}` }),
      timestamp: paneOf(id) + index,
      amount: world.chance(0.04) ? "much" : world.chance(0.05) ? null : world.between(-300, 300) / 100,
      channel: world.pick(["web", "app", "desk"]),
      ...drawAnswer(world),
    };
  });
}

export const paneOf = (id: number): number => startMs + ((id * 7919) % panes) * basePaneMs;

export function drawAnswer(world: World): Pick<SentRow, "score" | "approved"> {
  const score = world.between(0, 1000) / 1000;
  return { score, approved: score > 0.5 };
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

/** How long a sender waits for an answer before it asks again: longer than most are under way, with all that is asked for them. */
export const patienceMs = ({ delayMs }: Faults): number => 30 * SECOND_MS + 6 * delayMs;
/** When nobody sends any more, this is long enough for everything to be counted and closed. */
export const restMs = windowMs + 5 * MINUTE_MS;
/**
 * And this for the archive to be compacted. By a replay's clock nothing happens meanwhile, so there it is long enough for what was
 * left over to be deleted, too.
 */
export const archiveRestMs = { wall: 2.5 * HOUR_MS, replay: 3.5 * DAY_MS } as const;
