import { archiveColumns } from "#core/domain/archive.ts";
import { labelJoin } from "#core/domain/archive-labels.ts";
import { type Columns, selectRows } from "#core/domain/columns.ts";
import { Erasures } from "#core/domain/erasures.ts";
import { floorTo } from "#core/domain/event-time.ts";
import type { IdLog } from "#core/domain/id-log.ts";
import { HOUR_MS, limits } from "#core/domain/limits.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import { concatenateRows, sortedByTime } from "#core/formats/archive/archived-rows.ts";
import type { FilesPage, HourFiles } from "../objects/archive/answers.ts";
import { type LabelSource, labelsOfHour } from "./labels.ts";
import { FileDamaged, fileReader, inRange, rowsOfFile } from "./row-files.ts";

/** Which archived rows are asked for. */
export interface AskedRows {
  fromMs: number;
  toMs: number;
  /** Only those whose label is known. */
  labelled: boolean;
  /** Only one Parquet file of an hour. */
  part?: number;
}

/** A model's archive, as whoever reads it sees it. */
export interface ArchiveReader {
  model: ModelConfig;
  files: Pick<R2Bucket, "get">;
  manifest: {
    files(fromMs: number, toMs: number, fresh: boolean): Promise<FilesPage & { sources: string[] }>;
  };
  sourceOf(name: string): LabelSource;
}

/** Readings of an hour before its files count as damaged: they may have been replaced in between. */
const readings = 3;

/**
 * The archived rows of a range, hour by hour and in the order of time within one, with the labels that are known now; the same rows
 * whether they are compacted or not.
 */
export async function* rowsInRange(
  reader: ArchiveReader,
  asked: AskedRows,
): AsyncGenerator<Columns, void, void> {
  const firstMs = floorTo(asked.fromMs, HOUR_MS);
  let nextMs: number | null = firstMs;
  while (nextMs !== null) {
    const page: FilesPage & { sources: string[] } = await reader.manifest.files(
      nextMs,
      asked.toMs,
      nextMs === firstMs,
    );
    for (const hour of page.hours) yield* rowsOfHour(reader, asked, page, hour);
    nextMs = page.nextMs;
  }
}

type Page = Pick<FilesPage, "erased"> & { sources: string[] };

async function* rowsOfHour(
  reader: ArchiveReader,
  asked: AskedRows,
  page: Page,
  hour: HourFiles,
): AsyncGenerator<Columns, void, void> {
  if (hour.rows > limits.archive.hourHeldRows) {
    yield* lotsOfHour(reader, asked, page, hour);
    return;
  }
  let [from, found]: [Page, HourFiles | undefined] = [page, hour];
  for (let reading = 1; found !== undefined; reading++) {
    try {
      const lots: Columns[] = [];
      for await (const lot of lotsOfHour(reader, asked, from, found)) lots.push(lot);
      if (lots.length > 0) yield sortedByTime(concatenateRows(archiveColumns(reader.model), lots));
      return;
    } catch (error) {
      if (!(error instanceof FileDamaged) || reading === readings) throw error;
      const again = await reader.manifest.files(hour.hourMs, hour.hourMs + HOUR_MS, false);
      [from, found] = [again, again.hours.at(0)];
    }
  }
}

async function* lotsOfHour(
  { model, files, sourceOf }: ArchiveReader,
  asked: AskedRows,
  { erased, sources }: Page,
  hour: HourFiles,
): AsyncGenerator<Columns, void, void> {
  const reading = fileReader(files, model, new Erasures(erased));
  const labels: IdLog[] = [];
  if (hour.unlabelled)
    for await (const log of labelsOfHour(sources.map(sourceOf), hour.hourMs)) labels.push(log);
  for (const file of hour.files) {
    if (asked.part !== undefined && file.part !== asked.part) continue;
    for await (const lot of rowsOfFile(reading, file, hour.hourMs)) {
      const join = labelJoin(model, inRange(lot, asked.fromMs, asked.toMs));
      for (const log of labels) join.add(log);
      const { rows } = join.finish();
      const wanted = asked.labelled ? withLabel(rows) : rows;
      if (wanted.rows > 0) yield wanted;
    }
  }
}

function withLabel(rows: Columns): Columns {
  const label = rows.columns.get("label");
  const places = Int32Array.from({ length: rows.rows }, (_, row) => row).filter((row) =>
    label?.kind === "numeric" ? !Number.isNaN(label.values[row]) : (label?.codes[row] ?? -1) >= 0,
  );
  return places.length === rows.rows ? rows : selectRows(rows, places);
}

/** A Parquet file of the archive that is, as it lies, what is asked for; null where rows have to be read for it. */
export async function wholeFile(
  { manifest }: Pick<ArchiveReader, "manifest">,
  asked: AskedRows,
): Promise<string | null> {
  if (
    asked.labelled ||
    asked.toMs - asked.fromMs > HOUR_MS ||
    floorTo(asked.fromMs, HOUR_MS) !== asked.fromMs
  )
    return null;
  const { hours, erased } = await manifest.files(asked.fromMs, asked.toMs, true);
  const [hour] = hours;
  if (hour === undefined || hour.unlabelled || erased.length > 0 || asked.toMs < hour.hourMs + HOUR_MS)
    return null;
  const files = hour.files.filter(({ part }) => asked.part === undefined || part === asked.part);
  return files.length === 1 && files[0].part !== null ? files[0].key : null;
}
