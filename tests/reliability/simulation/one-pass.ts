/** What there is to know of rows, counted once each in one pass, without panes, objects or time. */
import type { Activation, FeatureWindows, Model } from "#core/domain/api.ts";
import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { extraSlots } from "#core/domain/reference-cells.ts";
import type { Reference } from "#core/domain/reference.ts";
import { sketchRows } from "#core/domain/sketch-rows.ts";
import { createFolder } from "#core/domain/window.ts";
import { parsePredictionRows } from "#core/formats/json-rows.ts";
import { lookAt } from "#core/methods/sketches/look.ts";
import { theKernel } from "../../../worker/kernel.ts";
import { predictionsIn, type SentBatch, type SentLabel, type SentRow, windowMs } from "./scenario.ts";

type FeatureWindow = FeatureWindows["windows"][number];

/** What is compared: the same shape from one pass and from the platform. */
export interface Story {
  rows: number;
  watermarkMs: number | null;
  /** By feature; windows without rows are left out. */
  windows: Record<string, FeatureWindow[]>;
  /** By window: batches and rows that came, rows refused, sendings of ids that were sent before. */
  quality: Record<number, { batches: number; received: number; refused: number; repeated: number }>;
  /** By window with labelled predictions: predictions, and how often each label met each answer. */
  performance: Record<number, { predictions: number; confusion: number[][] }>;
  /** Batch ids that are known, each once. */
  remembered: number;
  /** Sendings with an id that are logged for labels to find, of all objects: each once. */
  logged: number;
  /** Halves of inferences that wait, and that were forgotten: none. */
  halves: { waiting: number; unjoined: number };
  /** Windows that have closed and are yet to be checked, or whose check is to be told: none. */
  undone: { due: number; intents: number; untold: number };
}

export function onePass(
  model: Model,
  batches: readonly SentBatch[],
  activations: readonly Activation[],
  references: readonly Reference[],
): Story {
  const sent = predictionsIn(batches);
  const rows = sent.flat().filter(isValid);
  const newestMs = Math.max(...rows.map(({ timestamp }) => timestamp));
  return {
    rows: rows.length,
    watermarkMs: newestMs - model.latenessMs,
    windows: countWindows(model, rows, activations, references),
    quality: countQuality(sent),
    performance: joinNaively(rows, lastLabels(batches)),
    remembered: batches.length,
    logged: rows.filter(({ prediction_id: id }) => id !== undefined).length,
    halves: { waiting: 0, unjoined: 0 },
    undone: { due: 0, intents: 0, untold: 0 },
  };
}

export const isValid = ({ amount }: SentRow): boolean => typeof amount !== "string";

const windowOf = (timeMs: number): number => floorTo(timeMs, windowMs);

function countWindows(
  { features }: Model,
  rows: readonly SentRow[],
  activations: readonly Activation[],
  references: readonly Reference[],
): Story["windows"] {
  const found: Story["windows"] = Object.fromEntries(features.map(({ name }) => [name, []]));
  const byWindow = Map.groupBy(rows, ({ timestamp }) => windowOf(timestamp));
  for (const [windowStartMs, own] of [...byWindow].sort(([a], [b]) => a - b)) {
    const rules = { nowMs: Infinity, oldestMs: -Infinity };
    const { columns } = parsePredictionRows(features, { rows: own }, rules);
    const id = referenceAt(activations, windowStartMs);
    const reference = references.find((one) => one.id === id);
    const window = {
      windowStartMs,
      windowEndMs: windowStartMs + windowMs,
      rows: own.length,
      referenceId: id,
    };
    if (reference === undefined) {
      const sketches = sketchRows(theKernel(), features, columns);
      features.forEach(({ name }, index) =>
        found[name].push({ ...window, counts: [], sketch: lookAt(sketches[index]) }),
      );
      continue;
    }
    const folder = createFolder(theKernel(), reference);
    const counts = folder.fold(columns);
    reference.features.forEach(({ name }, index) => {
      const { offset, cells } = folder.layout.features[index];
      found[name].push({ ...window, counts: [...counts.slice(offset, offset + cells + extraSlots.length)] });
    });
  }
  return found;
}

/** A batch counts in the window of its newest row that was taken. */
function countQuality(batches: readonly (readonly SentRow[])[]): Story["quality"] {
  const found: Story["quality"] = {};
  const of = (timeMs: number) =>
    (found[windowOf(timeMs)] ??= { batches: 0, received: 0, refused: 0, repeated: 0 });
  const seen = new Set<string>();
  for (const rows of batches) {
    const taken = rows.filter(isValid);
    const window = of(Math.max(...taken.map(({ timestamp }) => timestamp)));
    window.batches++;
    window.received += rows.length;
    window.refused += rows.length - taken.length;
    for (const { prediction_id: id, timestamp } of taken) {
      if (id === undefined) continue;
      if (seen.has(id)) of(timestamp).repeated++;
      seen.add(id);
    }
  }
  return found;
}

/** The first prediction with an id counts, and the last label. */
function joinNaively(rows: readonly SentRow[], truths: ReadonlyMap<string, SentLabel>): Story["performance"] {
  const predictions = new Map<string, SentRow>();
  for (const row of rows) {
    const { prediction_id: id } = row;
    if (id !== undefined && row.timestamp < (predictions.get(id)?.timestamp ?? Infinity))
      predictions.set(id, row);
  }
  const found: Story["performance"] = {};
  const byWindow = Map.groupBy(predictions, ([, { timestamp }]) => windowOf(timestamp));
  for (const [windowStartMs, own] of byWindow) {
    const confusion = [
      [0, 0],
      [0, 0],
    ];
    let labelled = 0;
    for (const [id, { approved }] of own) {
      const truth = truths.get(id);
      if (truth === undefined) continue;
      confusion[Number(truth.label)][Number(approved)]++;
      labelled++;
    }
    if (labelled > 0) found[windowStartMs] = { predictions: own.length, confusion };
  }
  return found;
}

/** Of each prediction the last by label time. */
export function lastLabels(batches: readonly SentBatch[]): Map<string, SentLabel> {
  const last = new Map<string, SentLabel>();
  for (const label of batches.flatMap((batch) => (batch.kind === "labels" ? batch.rows : [])))
    if (label.timestamp > (last.get(label.prediction_id)?.timestamp ?? -Infinity))
      last.set(label.prediction_id, label);
  return last;
}
