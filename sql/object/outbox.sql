-- One channel's deliveries: a failed one is a row with a next attempt.
create table if not exists delivery (
  id text primary key,
  event text not null,
  body text not null,
  state text not null,
  attempts integer not null,
  next_attempt_at_ms integer,
  created_at_ms integer not null,
  delivered_at_ms integer,
  last_status integer,
  last_error text
) without rowid;
