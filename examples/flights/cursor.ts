/** Where the replay resumes, kept on the server: it knows what it acknowledged, and `--reset` forgets both at once. */
import { ApiError, type Client } from "../../client/http.ts";

const NAME = "replay";

interface Position {
  /** Everything before this event time is acknowledged. */
  throughMs: number;
  /** Of the prepared data: ids sent with other numbers in them would be refused, rightly. */
  data: string;
}

/** Null when this model's replay never got far enough to save its place. */
export async function readPosition(client: Client, modelId: string, data: string): Promise<number | null> {
  let text: string;
  try {
    ({ position: text } = await client.get<{ position: string }>(`/v1/models/${modelId}/cursors/${NAME}`));
  } catch (error) {
    if (error instanceof ApiError && error.code === "cursor_not_found") return null;
    throw error;
  }
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
  await client.put(`/v1/models/${modelId}/cursors/${NAME}`, { position: JSON.stringify(position) });
}
