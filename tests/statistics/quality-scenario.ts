/** A reference of four weeks, and windows whose rows have whatever quality a test says. */
import type { Check } from "#core/domain/check.ts";
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { emptyQuality, type PaneQuality } from "#core/domain/pane-quality.ts";
import type { QualityKind, QualityTest } from "#core/domain/quality.ts";
import { pastWindow, type PastWindow, type QualityEvidence } from "#core/domain/quality-evidence.ts";
import {
  categorical,
  checkOf,
  type CheckOptions,
  columnsOf,
  Draws,
  feature,
  numeric,
  referenceOf,
  startMs,
} from "./synthetic.ts";

export const features = [
  feature("amount", "numeric"),
  feature("colour", "categorical"),
  feature("flag", "boolean"),
];

export function world(draws: Draws, rows: number, change: Partial<Record<string, Column>> = {}): Columns {
  const each = <T>(draw: () => T): T[] => Array.from({ length: rows }, draw);
  const columns = {
    amount: numeric(each(() => draws.normal())),
    colour: categorical(each(() => ["red", "green", "blue"][Math.floor(draws.uniform() ** 2 * 3)])),
    flag: categorical(each(() => (draws.uniform() < 0.05 ? "true" : "false"))),
    ...(change as Record<string, Column>),
  };
  return { ...columnsOf(columns), rows };
}

const timed = (columns: Columns, perDay: number): Columns => ({
  ...columns,
  timesMs: Float64Array.from({ length: columns.rows }, (_, row) => startMs + (row / perDay) * DAY_MS),
});
export const quiet = await referenceOf(features, timed(world(new Draws(1), 28 * 1000), 1000));
const windowStartMs = startMs + 100 * DAY_MS;

export interface Past extends Partial<PaneQuality> {
  rows?: number;
}

/** Windows of a thousand rows in ten batches, and whatever else is said of them. */
export function evidenceOf(
  told: Past | null,
  {
    past = {},
    days = 56,
    ...other
  }: { past?: Past; days?: number } & Partial<Omit<QualityEvidence, "past">> = {},
): QualityEvidence {
  const draws = new Draws(9);
  const of = ({ rows = 1000, ...known }: Past) => ({
    rows,
    told: { ...emptyQuality(), received: rows, batches: 10, ...known },
  });
  return {
    clock: "wall",
    ...(told === null ? { rows: 1000, told: null } : of(told)),
    silentMs: 0,
    season: 7,
    past: Array.from({ length: days }, (_, at): PastWindow => {
      const rows = Math.round(1000 * Math.exp(0.05 * draws.normal()));
      const place = { back: at + 1, startMs: windowStartMs - (at + 1) * DAY_MS };
      return pastWindow(place, of({ rows, received: rows, ...past }));
    }),
    fields: {},
    ...other,
  };
}

export const check = (
  quality: QualityEvidence | undefined,
  columns = world(new Draws(2), 1000),
  options: CheckOptions = {},
) => checkOf(quiet, columns, { quality, ...options });
export const found = ({ quality }: Check, kind: QualityKind): QualityTest | undefined =>
  quality.find((one) => one.kind === kind);
