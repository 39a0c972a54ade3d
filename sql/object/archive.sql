-- The manifest of one model's archive: which files in the bucket count. Files that no row here names hold nothing that counts.
-- Applied when the object wakes; every statement may run again.

create table if not exists archive (
  one integer primary key check (one = 1),
  created_at_ms integer not null,   -- when the model was made whose rows these are
  newest_ms integer,                -- event time come so far
  collected_bucket integer not null,-- stretches of wall time up to here hold no left-over batch files
  settings text,                    -- JSON: as last declared; they hold on when rows are no longer archived
  forgot_ms integer                 -- event time up to which rows are forgotten
);

-- How far each object that takes the model's batches has been heard.
create table if not exists source (
  name text primary key,
  generation integer not null,
  sequence integer not null,
  labelled integer not null
) without rowid;

-- Batch files that count, as they were heard of: packed, without the hours that are compacted.
create table if not exists pending (
  sequence integer primary key,
  from_ms integer not null,         -- their first hour and their last
  to_ms integer not null,
  files blob not null
);

create table if not exists hour (
  hour_ms integer primary key,
  rows integer not null,            -- that lie in batch files
  bytes integer not null,
  label_changes integer not null,   -- how often labels came
  since_ms integer,                 -- wall time of the first change that is not compacted
  changed_ms integer                -- and of the last; null when there is none
);

-- Parquet files that count.
create table if not exists part (
  hour_ms integer not null,
  part integer not null,
  key text not null,
  rows integer not null,
  bytes integer not null,
  labelled integer not null,        -- rows with a label
  label_changes integer not null,   -- of its hour, when its labels were read
  searched integer not null,        -- the last erasure that it was searched for
  primary key (hour_ms, part)
) without rowid;

-- Files to be deleted: what was replaced, and what is about to be written, until it counts.
create table if not exists garbage (
  key text primary key,
  after_ms integer not null
) without rowid;

-- The same of batch files that are compacted or forgotten: many in one row.
create table if not exists garbage_lot (
  sequence integer primary key,
  after_ms integer not null,
  keys text not null                -- JSON: string[]
);

create table if not exists erasure (
  sequence integer primary key,
  id text not null,
  requested_ms integer not null,
  before_ms integer not null,       -- rows of its subjects from this event time on stay
  hashes blob not null,
  pending_through integer not null, -- the last batch files that were there when it was asked for
  rows integer not null,            -- erased so far
  hours integer not null,           -- that were written again
  last_hour_ms integer,             -- the last of them
  batches integer not null,         -- the same of batch files
  done_ms integer
);

-- Prefixes of models that are gone: everything under them is deleted, and once more later, for what was on its way.
create table if not exists doomed (
  prefix text primary key,
  after_ms integer not null,
  passes integer not null
) without rowid;
