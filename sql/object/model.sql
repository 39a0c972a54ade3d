-- The store of one model's object. Applied when the model is configured; every statement may run again.
-- Rows written are what the platform bills, so tables have no rowid where the key is not one, and blobs are packed.

create table if not exists state (
  one integer primary key check (one = 1),
  organisation_id text not null,
  model text not null,              -- JSON: Model
  plan_version integer not null default 0,  -- grows with what makes rows be folded or sent otherwise
  plan_pending integer not null default 0,  -- the version that the shards are being told of; else the same
  generation integer not null default 1,  -- of the first delta table
  newest_ms integer,                -- greatest event time folded
  rows integer not null default 0,  -- accepted and folded
  forgot_ms integer                 -- model time of the last roll-up
);

-- A row while somebody may look at the model on a dashboard.
create table if not exists watched (
  one integer primary key check (one = 1)
);

-- How many shards there are, by the version of the plan that they came with.
create table if not exists epoch (
  plan_version integer primary key,
  shards integer not null,
  from_ms integer not null
);

-- What has been taken over from each shard.
create table if not exists shard (
  shard integer primary key,
  generation integer not null,      -- the last one
  rows integer not null
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

-- What may be longer than a row: reference profiles (packed JSON, or the text itself), whole checks (JSON), and the windows that a
-- check was compared with (packed).
create table if not exists document (
  kind text not null,
  id text not null,
  part integer not null,
  bytes blob not null,
  primary key (kind, id, part)
) without rowid;

-- Rolled up ones; of earlier builds all.
create table if not exists pane (
  start_ms integer not null,
  size_ms integer not null,
  reference_id text not null,
  segment text not null,            -- "" for all rows
  rows integer not null,
  counts blob not null,
  quality text not null,            -- JSON: PaneQuality of all rows; "" where there is nothing to tell
  primary key (start_ms, size_ms, reference_id, segment)
) without rowid;

-- Base panes, many in a row: of one stretch of the next size, in the order of their starts.
create table if not exists pane_pack (
  stretch_ms integer not null,
  reference_id text not null,
  segment text not null,
  first_ms integer not null,        -- start of the first one
  last_ms integer not null,         -- and of the last
  size_ms integer not null,
  panes text not null,              -- JSON: [start_ms, rows, bytes of counts, quality] of each
  counts blob not null,             -- one after the other
  primary key (stretch_ms, reference_id, segment, first_ms)
) without rowid;

-- Labels that no prediction answers to yet and that do not say where to wait.
create table if not exists waiting_label (
  part integer primary key,
  entries blob not null
);

-- Of those, which have yet to be looked for in the shards.
create table if not exists sought_label (
  sequence integer primary key,
  entries blob not null
);

-- How often predictions of a base pane were sent to shards, by id: of the newest panes.
create table if not exists sent (
  pane_ms integer not null,
  part integer not null,
  duplicates integer not null,      -- sendings of ids that were sent before, also of those that are forgotten by now
  entries blob not null,
  primary key (pane_ms, part)
) without rowid;

-- Windows of which a shard has labels.
create table if not exists labelled (
  end_ms integer primary key
);

-- Windows in which something is new: to be checked, or their performance estimated, measured and judged, again. A window that was
-- judged before all its labels had come is to be judged once more when none can come any more.
create table if not exists due (
  work text not null,               -- "check", "estimate", "performance", "judge" or "settle"
  series text not null,
  end_ms integer not null,
  primary key (work, end_ms, series)
) without rowid;

create table if not exists series (
  series text primary key,
  next_end_ms integer not null      -- end of the first window that never closed
) without rowid;

create table if not exists "check" (
  series text not null,
  end_ms integer not null,
  start_ms integer not null,
  revision integer not null,
  summary text not null,            -- JSON: CheckSummary with its features' history
  counts blob not null,
  told text not null,               -- JSON: ToldWindow, what later windows are compared with
  evidence text not null,           -- JSON: QualityEvidence; "" where there was none
  primary key (series, end_ms, revision)
) without rowid;

-- What the rest of the platform has still to be told, in order.
create table if not exists intent (
  sequence integer primary key,
  series text not null,
  end_ms integer not null,
  revision integer not null,
  attempts integer not null default 0,
  next_attempt_ms integer not null
);

create table if not exists performance (
  segment text not null,            -- "" for all rows
  start_ms integer not null,
  performance text not null,        -- JSON: PerformanceWindow without what is estimated
  primary key (segment, start_ms)
) without rowid;

-- What the counts of a closed window foretell of its performance.
create table if not exists estimate (
  segment text not null,            -- "" for all rows
  start_ms integer not null,
  estimated text not null,          -- JSON: EstimatedPerformance without its error
  primary key (segment, start_ms)
) without rowid;

create table if not exists performance_check (
  series text not null,
  end_ms integer not null,
  start_ms integer not null,
  revision integer not null,
  body text not null,               -- JSON: PerformanceCheck
  primary key (series, end_ms, revision)
) without rowid;

create table if not exists cursor (
  name text primary key,
  position text not null
) without rowid;
