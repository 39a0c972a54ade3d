-- What every object keeps that takes batches: receipts, and logs until labels and predictions have met. The batches themselves
-- lie in a table per generation (worker/objects/model/deltas.ts).

-- Receipts of folded batches, by arrival.
create table if not exists receipts (
  segment integer primary key,
  last_ms integer not null,
  batches integer not null,
  entries blob not null
);

-- Packed logs of a base pane. Each part is sorted by id, and an id may be in several: only the newest part has room.
create table if not exists prediction_log (
  pane_ms integer not null,
  part integer not null,
  duplicates integer not null,      -- in this part, sendings of ids that were sent before
  entries blob not null,
  primary key (pane_ms, part)
) without rowid;

-- Base panes whose predictions came to lie in several parts: their duplicates over all of them; null until they are counted.
create table if not exists log_duplicates (
  pane_ms integer primary key,
  duplicates integer
);

create table if not exists label_log (
  pane_ms integer not null,
  part integer not null,
  entries blob not null,
  primary key (pane_ms, part)
) without rowid;

-- What the archive was not told before the batches were folded.
create table if not exists archive_ledger (
  generation integer not null,
  part integer not null,
  last_sequence integer not null,
  records blob not null,
  primary key (generation, part)
) without rowid;

-- Hours of labels that had to be looked for, as it is to be told; the last one that it has heard stays.
create table if not exists archive_labelled (
  sequence integer primary key,
  hours text not null               -- JSON: number[]
);
