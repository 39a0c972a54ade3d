-- The store of one model's object. Applied when the model is configured; every statement may run again.
-- Rows written are what the platform bills, so tables have no rowid where the key is not one, and blobs are packed.

create table if not exists state (
  one integer primary key check (one = 1),
  organisation_id text not null,
  model text not null,              -- JSON: Model
  activation_version integer not null default 0,
  generation integer not null default 1,  -- of the delta table that takes batches now
  newest_ms integer,                -- greatest event time folded
  rows integer not null default 0,  -- accepted and folded
  next_close_ms integer,            -- start of the first window that never closed
  forgot_ms integer                 -- model time of the last roll-up
);

create table if not exists policy (
  version integer primary key,
  policy text not null,
  made_at_ms integer not null
);

create table if not exists activation (
  sequence integer primary key,
  reference_id text not null,
  from_ms integer not null
);

create table if not exists reference (
  id text primary key,
  summary text not null             -- JSON: ReferenceSummary
) without rowid;

-- Texts that may be longer than a row: reference profiles and whole checks.
create table if not exists document (
  kind text not null,
  id text not null,
  part integer not null,
  bytes blob not null,
  primary key (kind, id, part)
) without rowid;

create table if not exists pane (
  start_ms integer not null,
  size_ms integer not null,
  reference_id text not null,
  rows integer not null,
  counts blob not null,
  primary key (start_ms, size_ms, reference_id)
) without rowid;

-- Packed logs of a base pane, sorted by id over all parts.
create table if not exists prediction_log (
  pane_ms integer not null,
  part integer not null,
  duplicates integer not null,      -- rows whose prediction id was taken already
  entries blob not null,
  primary key (pane_ms, part)
) without rowid;

create table if not exists label_log (
  pane_ms integer not null,
  part integer not null,
  entries blob not null,
  primary key (pane_ms, part)
) without rowid;

-- Labels that no prediction answers to yet and that do not say where to wait.
create table if not exists waiting_label (
  part integer primary key,
  entries blob not null
);

create table if not exists window (
  start_ms integer primary key,
  changed integer not null default 0,         -- counts changed since the last check
  labels_changed integer not null default 0   -- performance is to be computed again
);

create table if not exists "check" (
  start_ms integer not null,
  revision integer not null,
  summary text not null,            -- JSON: CheckSummary with its features' history
  counts blob not null,
  primary key (start_ms, revision)
) without rowid;

-- What the rest of the platform has still to be told, in order.
create table if not exists intent (
  sequence integer primary key,
  start_ms integer not null,
  revision integer not null,
  attempts integer not null default 0,
  next_attempt_ms integer not null
);

create table if not exists performance (
  start_ms integer primary key,
  performance text not null         -- JSON: PerformanceWindow
);

create table if not exists cursor (
  name text primary key,
  position text not null
) without rowid;

-- Receipts of folded batches, by arrival.
create table if not exists receipts (
  segment integer primary key,
  last_ms integer not null,
  batches integer not null,
  entries blob not null
);
