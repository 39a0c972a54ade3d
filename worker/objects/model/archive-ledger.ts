import { type ArchiveSettings, hoursOfPanes } from "#core/domain/archive.ts";
import { ByteReader, ByteWriter } from "#core/domain/wire.ts";
import type { BatchStore } from "./batch-store.ts";
import { listGenerations, recordsOf, type StoredBatch } from "./deltas.ts";

/**
 * What the archive is still to be told: which files count, and which hours got labels. A batch's record lies with the batch itself, so
 * it costs no row; the archive asks for records before the fold and says how far it has heard. Only what a fold comes upon that
 * was not heard yet is kept here, in one row a fold, until the archive has it; and the hours of labels that had to be looked for.
 */
export interface Position {
  generation: number;
  sequence: number;
}

/** How far one object was heard. */
export interface Heard {
  /** Records of batches. */
  after: Position;
  /** Hours of labels that were looked for. */
  labelled: number;
}

/** And of which model: one of the same id may have been made anew. */
export interface ToldOf extends Heard {
  createdAtMs: number | null;
}

/** What is told, with which model tells it, how that is archived, and how far its event time has come. */
export interface ArchiveTold {
  /** By writeArchiveRecord, in the order of their batches. */
  records: { position: Position; record: Uint8Array }[];
  labelled: { sequence: number; hours: number[] }[];
  more: boolean;
  createdAtMs: number;
  newestMs: number | null;
  archive: ArchiveSettings | null;
}

export const unheard: Heard = { after: { generation: 0, sequence: 0 }, labelled: 0 };

export const isAfter = (a: Position, b: Position): boolean =>
  a.generation > b.generation || (a.generation === b.generation && a.sequence > b.sequence);

/** Records of one answer; a batch of very many hours has a record of 100 KB. */
const recordsPerPage = 256;
const partBytes = 256 * 1024;

/** What is behind the places up to which the archive has heard; that it asks says that it has what is before. */
export function tellRecords(store: BatchStore, { createdAtMs: known, ...heard }: ToldOf): ArchiveTold {
  const { model, newestMs } = store.configured;
  const { createdAtMs, archive } = model;
  // Places of an earlier model of the same id say nothing about this one.
  const from = known === createdAtMs ? heard : unheard;
  forgetHeard(store.sql, from);
  store.heard = from;
  const about = { createdAtMs, newestMs, archive: archive ?? null };
  return {
    ...recordsAfter(store.sql, from.after),
    labelled: labelledAfter(store.sql, from.labelled),
    ...about,
  };
}

function forgetHeard(sql: SqlStorage, { after, labelled }: Heard): void {
  sql.exec(
    "delete from archive_ledger where generation < ?1 or (generation = ?1 and last_sequence <= ?2)",
    after.generation,
    after.sequence,
  );
  // The last one stays, so that the next has a greater number.
  sql.exec("delete from archive_labelled where sequence < ?", labelled);
}

function recordsAfter(sql: SqlStorage, after: Position): Pick<ArchiveTold, "records" | "more"> {
  const records: ArchiveTold["records"] = [];
  const kept = sql.exec<{ generation: number; records: ArrayBuffer }>(
    "select generation, records from archive_ledger order by generation, part",
  );
  for (const { generation, records: part } of kept) {
    for (const { sequence, record } of readPart(new Uint8Array(part)))
      if (isAfter({ generation, sequence }, after))
        records.push({ position: { generation, sequence }, record });
    if (records.length >= recordsPerPage) return { records, more: true };
  }
  // What is folded comes before what is not: generations are folded in their order.
  for (const generation of listGenerations(sql)) {
    if (generation < after.generation) continue;
    const from = generation === after.generation ? after.sequence : 0;
    for (const { sequence, record } of recordsOf(sql, generation, from, recordsPerPage - records.length))
      records.push({ position: { generation, sequence }, record });
    if (records.length >= recordsPerPage) return { records, more: true };
  }
  return { records, more: false };
}

function labelledAfter(sql: SqlStorage, after: number): ArchiveTold["labelled"] {
  return sql
    .exec<{ sequence: number; hours: string }>(
      "select sequence, hours from archive_labelled where sequence > ? order by sequence",
      after,
    )
    .toArray()
    .map(({ sequence, hours }) => ({ sequence, hours: JSON.parse(hours) as number[] }));
}

/** An archive, as an object that takes batches sees it. */
interface Archive {
  hear(source: string): Promise<ToldOf>;
  labelsWantedFromMs(source: string): Promise<number | null>;
}
interface Archives {
  getByName(name: string): Archive;
}

const archiveNameOf = ({ configured: { organisationId, model } }: BatchStore): string =>
  `${organisationId}/${model.id}`;

/** What is heard before the fold costs the fold no row. If nobody hears, the fold keeps it and cron comes for it. */
export async function tellArchive(
  store: BatchStore,
  archives: Archives,
  source: string | undefined,
): Promise<boolean> {
  if (!hasUnheard(store)) return false;
  const name = archiveNameOf(store);
  try {
    const { createdAtMs, ...heard } = await archives.getByName(name).hear(source ?? name);
    if (createdAtMs === store.state?.model.createdAtMs) store.heard = heard;
  } catch (error) {
    console.error(`the archive of ${name} could not be told; it will ask`, error);
  }
  return false;
}

/** From which hour of event time on labels are not beside their rows yet; Infinity where all are. */
export async function wantedFromMs(
  store: BatchStore,
  archives: Archives,
  source: string | undefined,
): Promise<number> {
  const name = archiveNameOf(store);
  return (await archives.getByName(name).labelsWantedFromMs(source ?? name)) ?? Infinity;
}

function hasUnheard({ sql, heard }: BatchStore): boolean {
  const { after, labelled } = heard ?? unheard;
  if (sql.exec("select 1 from archive_ledger limit 1").toArray().length > 0) return true;
  if (labelledAfter(sql, labelled).length > 0) return true;
  return listGenerations(sql).some(
    (generation) =>
      recordsOf(sql, generation, generation === after.generation ? after.sequence : 0, 1).length > 0,
  );
}

/** In the transaction that ends with the generation's table dropped: keeps what the archive has not heard. */
export function keepRecords(store: BatchStore, generation: number, batches: readonly StoredBatch[]): void {
  const { after } = store.heard ?? unheard;
  const kept = batches.flatMap(({ sequence, archived }) =>
    archived !== null && isAfter({ generation, sequence }, after) ? [{ sequence, record: archived }] : [],
  );
  let [from, part] = [0, 0];
  while (from < kept.length) {
    let [to, bytes] = [from, 0];
    while (to < kept.length && bytes < partBytes) bytes += kept[to++].record.length;
    store.sql.exec(
      "insert into archive_ledger (generation, part, last_sequence, records) values (?, ?, ?, ?)",
      ...[generation, part++, kept[to - 1].sequence, writePart(kept.slice(from, to))],
    );
    from = to;
  }
  keepSearched(store);
}

/** In the transaction in which labels were put into panes that they did not name: keeps their hours. */
export function keepSearched({ sql, configured: { model }, searchedPanes }: BatchStore): void {
  const hours = model.archive ? hoursOfPanes(searchedPanes, model.basePaneMs) : [];
  searchedPanes.clear();
  if (hours.length > 0) sql.exec("insert into archive_labelled (hours) values (?)", JSON.stringify(hours));
}

function writePart(records: readonly { sequence: number; record: Uint8Array }[]): Uint8Array {
  const writer = new ByteWriter("archiveLedger", 1024);
  writer.varint(records.length);
  for (const { sequence, record } of records) {
    writer.varint(sequence);
    writer.block(record);
  }
  return writer.finish();
}

function readPart(bytes: Uint8Array): { sequence: number; record: Uint8Array }[] {
  const reader = new ByteReader(bytes, "archiveLedger");
  const records = Array.from({ length: reader.count(2) }, () => ({
    sequence: reader.varint(),
    record: reader.block().slice(),
  }));
  reader.end();
  return records;
}
