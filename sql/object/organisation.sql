-- One organisation's incidents, channels and what is still to be handed to the outboxes.
create table if not exists incident (
  id text primary key,
  model_id text not null,
  monitor text not null,
  state text not null,
  opened_at_ms integer not null,
  body text not null
) without rowid;
create index if not exists incident_by_model on incident (model_id, monitor, state);

create table if not exists channel (
  id text primary key,
  body text not null,
  secret text not null
) without rowid;

-- Decided with the incident, in one transaction; handed over at least once, under an id that the outbox knows again.
create table if not exists handover (
  id text primary key,
  channel_id text not null,
  event text not null,
  body text not null,
  created_at_ms integer not null
) without rowid;
