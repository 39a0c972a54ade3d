/** Where the replay resumes, kept on the server: it knows what it acknowledged, and `--reset` forgets both at once. */
import { readCursor, writeCursor } from "../../client/cursors.ts";
import type { Client } from "../../client/http.ts";

const NAME = "replay";

interface Position {
  /** Everything before this event time is acknowledged. */
  throughMs: number;
  /** Of the prepared data: ids sent with other numbers in them would be refused, rightly. */
  data: string;
}

/** Null when this model's replay never got far enough to save its place. */
export async function readPosition(client: Client, modelId: string, data: string): Promise<number | null> {
  const text = await readCursor(client, modelId, NAME);
  if (text === null) return null;
  const position = JSON.parse(text) as Position;
  if (position.data !== data)
    throw new Error(
      "the prepared flights differ from those replayed so far; `npm start -- --reset` begins anew",
    );
  return position.throughMs;
}

export async function savePosition(
  client: Client,
  modelId: string,
  throughMs: number,
  data: string,
): Promise<void> {
  const position: Position = { throughMs, data };
  await writeCursor(client, modelId, NAME, JSON.stringify(position));
}
