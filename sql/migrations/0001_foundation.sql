-- Who may do what, which models there are, and one summary row per check. Every row carries its organisation.

create table organisations (
  id text primary key,
  name text not null,
  created_at_ms integer not null
) without rowid;

create table members (
  organisation_id text not null references organisations (id),
  id text not null,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
  created_at_ms integer not null,
  primary key (organisation_id, id)
) without rowid;

create table keys (
  id text primary key,
  organisation_id text not null references organisations (id),
  name text not null,
  scopes text not null,
  model_id text,
  secret_hash text not null,
  created_at_ms integer not null,
  last_used_at_ms integer
) without rowid;
create index keys_by_organisation on keys (organisation_id, created_at_ms);

create table sign_in_tokens (
  token_hash text primary key,
  organisation_id text not null,
  member_id text not null,
  expires_at_ms integer not null
) without rowid;

create table sessions (
  session_hash text primary key,
  organisation_id text not null,
  member_id text not null,
  expires_at_ms integer not null
) without rowid;

create table models (
  organisation_id text not null references organisations (id),
  id text not null,
  config text not null,
  created_at_ms integer not null,
  primary key (organisation_id, id)
) without rowid;

create table checks (
  organisation_id text not null,
  model_id text not null,
  id text not null,
  window_start_ms integer not null,
  window_end_ms integer not null,
  revision integer not null,
  status text not null,
  summary text not null,
  primary key (organisation_id, model_id, window_end_ms, revision)
) without rowid;
