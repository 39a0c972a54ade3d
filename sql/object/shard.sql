-- The store of one shard of a model: it takes batches, keeps their logs, and hands their counts over to the model's object.
create table if not exists state (
  one integer primary key check (one = 1),
  organisation_id text not null,
  model text not null,              -- JSON: Model
  shard integer not null,
  epochs text not null,             -- JSON: Epoch[]
  plan_version integer not null,
  generation integer not null default 1,  -- of the first delta table
  folded integer not null default 0,      -- the last generation whose logs and receipts are kept
  newest_ms integer,                -- greatest event time of the model, as far as it is known here
  rows integer not null default 0,  -- accepted and handed over
  forgot_ms integer                 -- model time of the last forgetting
);
