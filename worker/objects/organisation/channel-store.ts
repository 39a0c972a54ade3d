import type { Channel, EventType } from "#core/domain/api.ts";

/** Channels, and events on their way to a channel's outbox. */

export interface StoredChannel extends Channel {
  secret: string;
}

type Row = { body: string; secret: string };
const fromRow = ({ body, secret }: Row): StoredChannel => ({ ...(JSON.parse(body) as Channel), secret });

export function saveChannel(sql: SqlStorage, { secret, ...channel }: StoredChannel): void {
  sql.exec(
    "insert into channel (id, body, secret) values (?, ?, ?) on conflict (id) do update set body = excluded.body",
    channel.id,
    JSON.stringify(channel),
    secret,
  );
}

export function listChannels(sql: SqlStorage): StoredChannel[] {
  return [...sql.exec<Row>("select body, secret from channel order by id")].map(fromRow);
}

export function findChannel(sql: SqlStorage, id: string): StoredChannel | null {
  const [row] = [...sql.exec<Row>("select body, secret from channel where id = ?", id)];
  return row ? fromRow(row) : null;
}

export function deleteChannel(sql: SqlStorage, id: string): void {
  sql.exec("delete from channel where id = ?", id);
  sql.exec("delete from handover where channel_id = ?", id);
}

export interface Handover {
  id: string;
  channelId: string;
  event: EventType | "test";
  body: string;
  createdAtMs: number;
}

export function addHandover(sql: SqlStorage, handover: Handover): void {
  sql.exec(
    "insert into handover (id, channel_id, event, body, created_at_ms) values (?, ?, ?, ?, ?) on conflict do nothing",
    handover.id,
    handover.channelId,
    handover.event,
    handover.body,
    handover.createdAtMs,
  );
}

export function pendingHandovers(sql: SqlStorage, most: number): Handover[] {
  const rows = sql.exec<{
    id: string;
    channel_id: string;
    event: string;
    body: string;
    created_at_ms: number;
  }>("select * from handover order by created_at_ms, id limit ?", most);
  return [...rows].map((row) => ({
    id: row.id,
    channelId: row.channel_id,
    event: row.event as Handover["event"],
    body: row.body,
    createdAtMs: row.created_at_ms,
  }));
}

export function finishHandover(sql: SqlStorage, id: string): void {
  sql.exec("delete from handover where id = ?", id);
}
