-- Checks belong to a series of a monitor: windows of several may end at one time.

create table checks_by_series (
  organisation_id text not null,
  model_id text not null,
  series text not null,
  id text not null,
  window_start_ms integer not null,
  window_end_ms integer not null,
  revision integer not null,
  status text not null,
  summary text not null,
  primary key (organisation_id, model_id, series, window_end_ms, revision)
) without rowid;

insert into checks_by_series
  select organisation_id, model_id, 'default', id, window_start_ms, window_end_ms, revision, status, summary from checks;

drop table checks;

alter table checks_by_series rename to checks;
