import type { Incident } from "#core/domain/incident.ts";
import { ProblemError } from "#core/domain/errors.ts";

/** Incidents in the organisation's object. */

type Row = { body: string };
const fromRow = ({ body }: Row): Incident => JSON.parse(body) as Incident;

export function openIncident(sql: SqlStorage, modelId: string, monitor: string): Incident | null {
  const rows = sql.exec<Row>(
    "select body from incident where model_id = ? and monitor = ? and state <> 'resolved' limit 1",
    modelId,
    monitor,
  );
  const [row] = [...rows];
  return row ? fromRow(row) : null;
}

export function saveIncident(sql: SqlStorage, incident: Incident): void {
  sql.exec(
    `insert into incident (id, model_id, monitor, state, opened_at_ms, body) values (?, ?, ?, ?, ?, ?)
     on conflict (id) do update set state = excluded.state, body = excluded.body`,
    incident.id,
    incident.modelId,
    incident.monitor,
    incident.state,
    incident.openedAtMs,
    JSON.stringify(incident),
  );
}

/** Open ones first, then the newest. */
export function listIncidents(
  sql: SqlStorage,
  filter: { modelId?: string; state?: string },
  most: number,
): Incident[] {
  return [
    ...sql.exec<Row>(
      `select body from incident where (?1 is null or model_id = ?1) and (?2 is null or state = ?2)
       order by state = 'resolved', opened_at_ms desc limit ?3`,
      filter.modelId ?? null,
      filter.state ?? null,
      most,
    ),
  ].map(fromRow);
}

export function findIncident(sql: SqlStorage, id: string): Incident {
  const [row] = [...sql.exec<Row>("select body from incident where id = ?", id)];
  if (!row) throw new ProblemError("incident_not_found", `There is no incident ${id}.`);
  return fromRow(row);
}

export function openCounts(sql: SqlStorage): Record<string, number> {
  const rows = sql.exec<{ model_id: string; open: number }>(
    "select model_id, count(*) as open from incident where state <> 'resolved' group by model_id",
  );
  return Object.fromEntries([...rows].map(({ model_id, open }) => [model_id, open]));
}

export function deleteIncidentsOf(sql: SqlStorage, modelId: string): void {
  sql.exec("delete from incident where model_id = ?", modelId);
}
