/**
 * Labels beside archived rows. A label names its prediction by the hash of its id; of several the last by label time wins, also
 * against the one that a row has already. Every row of an id gets its label, as a prediction that was sent twice has one truth.
 */
import { type Archived, ownColumns } from "./archive.ts";
import type { CategoricalColumn, Column, Columns } from "./columns.ts";
import { hashId } from "./id-hash.ts";
import { entryOf, type IdLog, latestWins } from "./id-log.ts";
import { classesOf } from "./model.ts";

export interface LabelJoin {
  /** Takes a log of labels `[timeMs, label, …]`, sorted by the ids' hashes; in any order, and any number of them. */
  add(labels: IdLog): void;
  /** The rows with their labels, and whether any is new. */
  finish(): { rows: Columns; changed: boolean };
}

export function labelJoin(model: Archived, rows: Columns): LabelJoin {
  const ids = rows.columns.get("prediction_id");
  if (ids?.kind !== "categorical") throw new TypeError("archived rows have prediction ids");
  const hashed = hashedEntries(ids.dictionary);
  /** By code of the id; NaN where none is known. */
  const found = new Float64Array(ids.dictionary.length * 2).fill(NaN);
  return {
    add(labels) {
      let at = 0;
      for (const { hi, lo, code } of hashed) {
        while (at < labels.hi.length && (labels.hi[at] < hi || (labels.hi[at] === hi && labels.lo[at] < lo)))
          at++;
        if (at === labels.hi.length) return;
        if (labels.hi[at] !== hi || labels.lo[at] !== lo) continue;
        const [timeMs, label] = entryOf(labels, at);
        keepLater(found, code, timeMs, label);
      }
    },
    finish: () => labelled(model, rows, ids, found),
  };
}

function hashedEntries(dictionary: readonly string[]): { hi: number; lo: number; code: number }[] {
  const hash = new Uint32Array(2);
  return dictionary
    .map((id, code) => {
      hashId(id, hash);
      return { hi: hash[0], lo: hash[1], code };
    })
    .sort((a, b) => a.hi - b.hi || a.lo - b.lo);
}

/**
 * `into` holds `[timeMs, label]` by place.
 * @returns whether it holds another one now
 */
function keepLater(into: Float64Array, place: number, timeMs: number, label: number): boolean {
  const held = into.subarray(place * 2, place * 2 + 2);
  const [heldMs, heldLabel] = held;
  if (Number.isNaN(heldMs)) held.set([timeMs, label]);
  else latestWins(held, Float64Array.of(timeMs, label));
  return held[0] !== heldMs || held[1] !== heldLabel;
}

function labelled(
  model: Archived,
  rows: Columns,
  { codes }: CategoricalColumn,
  found: Float64Array,
): { rows: Columns; changed: boolean } {
  const { labelTime } = ownColumns(model);
  const known = numbersOfLabels(model, rows.columns.get("label"), rows.columns.get(labelTime), rows.rows);
  let changed = false;
  for (let row = 0; row < rows.rows; row++) {
    const code = codes[row];
    if (code < 0 || Number.isNaN(found[code * 2])) continue;
    if (keepLater(known, row, found[code * 2], found[code * 2 + 1])) changed = true;
  }
  if (!changed) return { rows, changed };
  const timesMs = Float64Array.from({ length: rows.rows }, (_, row) => known[row * 2]);
  const labels = Float64Array.from({ length: rows.rows }, (_, row) => known[row * 2 + 1]);
  const columns = new Map(rows.columns);
  columns.set("label", columnOfLabels(model, labels));
  columns.set(labelTime, { kind: "numeric", values: timesMs });
  return { rows: { ...rows, columns }, changed };
}

/** The labels that rows have, as `[timeMs, label]`. */
function numbersOfLabels(
  model: Archived,
  labels: Column | undefined,
  times: Column | undefined,
  rows: number,
): Float64Array {
  const known = new Float64Array(rows * 2).fill(NaN);
  if (labels === undefined || times?.kind !== "numeric") return known;
  const classes =
    labels.kind === "categorical" ? labels.dictionary.map((text) => classesOf(model).indexOf(text)) : [];
  for (let row = 0; row < rows; row++) {
    if (Number.isNaN(times.values[row])) continue;
    known[row * 2] = times.values[row];
    known[row * 2 + 1] = labels.kind === "numeric" ? labels.values[row] : classes[labels.codes[row]];
  }
  return known;
}

function columnOfLabels(model: Archived, labels: Float64Array): Column {
  if (model.task === "regression") return { kind: "numeric", values: labels };
  const codes = Int32Array.from(labels, (label) => (Number.isNaN(label) ? -1 : label));
  return { kind: "categorical", codes, dictionary: [...classesOf(model)] };
}
