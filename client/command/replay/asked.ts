/** What a replay was asked for, and what it is known by. */
import { DAY_MS, limits, SECOND_MS } from "#core/domain/limits.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import { openTable, tableFormats } from "#core/formats/tables/open-table.ts";
import type { ByteSource, ReadOptions } from "#core/formats/tables/table.ts";
import { oneOf, type Parsed } from "../arguments.ts";
import { CommandError } from "../command-error.ts";
import { columnsOfFields, type FieldColumns, fieldsOf, saidColumns } from "../field-columns.ts";
import type { CutRule } from "../rows/batches.ts";
import type { RowPlan } from "../rows/read-rows.ts";
import { durationOf, timeOf } from "../times.ts";
import { countOf, listOf } from "../typed-options.ts";
import { findTimes } from "./scan.ts";

export interface ReplayAsked extends Pick<RowPlan, "positive" | "fromMs" | "toMs" | "spread"> {
  said: ReadonlyMap<string, string>;
  /** Seconds of event time in a second; null as fast as it goes. */
  speed: number | null;
  rows: number | null;
  inFlight: number;
  withLabels: boolean;
  labelDelayMs: number;
  absent: string[];
  version: string | null;
  again: boolean;
  read: ReadOptions;
}

export function askedOf(given: Parsed): ReplayAsked {
  const [startMs, everyMs] = [
    timeOf("--start", given.one("start")),
    durationOf("--every", given.one("every")),
  ];
  if ((startMs === null) !== (everyMs === null))
    throw new CommandError("Rows without times need both: --start 2026-01-01 --every 1m.");
  const [fromMs, toMs] = [timeOf("--from", given.one("from")), timeOf("--to", given.one("to"))];
  if (fromMs !== null && toMs !== null && fromMs >= toMs) throw new CommandError("--from lies before --to.");
  return {
    said: saidColumns(given),
    fromMs: fromMs ?? -Infinity,
    toMs: toMs ?? Infinity,
    spread: startMs === null || everyMs === null ? null : { startMs, everyMs },
    speed: speedOf(given.one("speed")),
    rows: countOf(given, "rows", { most: limits.rowsPerBatch }),
    inFlight: countOf(given, "in-flight", { most: 64 }) ?? 4,
    withLabels: !given.flag("no-labels"),
    labelDelayMs: durationOf("--label-delay", given.one("label-delay")) ?? 0,
    positive: given.one("positive"),
    absent: listOf(given, "absent"),
    version: given.one("version"),
    again: given.flag("again"),
    read: {
      format: oneOf("--format", given.one("format"), tableFormats),
      delimiter: given.one("delimiter"),
    },
  };
}

function speedOf(text: string | null): number | null {
  if (text === null || text === "max") return null;
  const speed = /^\d+(\.\d+)?x?$/.test(text) ? Number(text.replace("x", "")) : NaN;
  if (!(speed > 0)) throw new CommandError(`--speed is 60x (an hour in a minute), or max, not "${text}".`);
  return speed;
}

/** Which columns are sent: those of the features, of the time, and where labels are sent of id and label. */
export async function fieldsFor(
  { said, spread, withLabels, absent, read }: ReplayAsked,
  model: ModelConfig,
  source: ByteSource,
): Promise<Map<string, string>> {
  const { names } = await openTable(source, read);
  const fields = columnsOfFields(said, fieldsOf(model), { name: source.name, names });
  fields.delete("prediction_timestamp");
  if (!withLabels) fields.delete("label");
  if (spread !== null) fields.delete("timestamp");
  else if (!fields.has("timestamp")) {
    const times = await findTimes(source, read, fields);
    if (times === null)
      throw new CommandError(
        `${source.name} does not show when its rows happened: --time names the column, or --start and --every make times.`,
      );
    fields.set("timestamp", times);
  }
  const lacking = model.features.filter(({ name }) => !fields.has(name) && !absent.includes(name));
  if (lacking.length > 0) {
    const listed = lacking.slice(0, 5).map(({ name }) => `"${name}"`);
    throw new CommandError(
      `${source.name} has no column for ${listed.join(", ")}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ""}: ` +
        "--column FEATURE=COLUMN names one that is called otherwise, --absent FEATURE counts it as missing.",
    );
  }
  return fields;
}

/** Everything that decides which rows are sent, and what they hold. */
export function settingsOf(asked: ReplayAsked, fields: FieldColumns): string {
  const { fromMs, toMs, spread, positive, labelDelayMs, version } = asked;
  const ordered = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([ordered, String(fromMs), String(toMs), spread, positive, labelDelayMs, version]);
}

/** A batch of raw columns of about a megabyte and a half. */
const batchBytes = 1_500_000;
const usualRows = 5000;
const idBytes = 40;

/**
 * A batch is about a window or a day at most: labels that follow a longer one would come when its first predictions are
 * forgotten. At a speed it is about a second of the wall's time, so that event time does not jump.
 */
export function cutOf(
  { rows, speed }: Pick<ReplayAsked, "rows" | "speed">,
  { features, windowMs }: Pick<ModelConfig, "features" | "windowMs">,
): CutRule {
  const longest = Math.max(windowMs, DAY_MS);
  const width = 8 + idBytes + features.reduce((sum, { type }) => sum + (type === "numeric" ? 8 : 4), 0);
  return {
    rows: rows ?? Math.min(usualRows, Math.max(100, Math.floor(batchBytes / width))),
    spanMs: speed === null ? longest : Math.max(1, Math.min(longest, Math.round(speed * SECOND_MS))),
  };
}
