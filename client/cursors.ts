/** Where a replaying sender resumes, kept on the platform: it knows what it acknowledged, whichever machine goes on. */
import { ApiError, type Client } from "./http.ts";

const pathOf = (model: string, name: string): string =>
  `/v1/models/${encodeURIComponent(model)}/cursors/${encodeURIComponent(name)}`;

/** Null where nothing was kept under this name. */
export async function readCursor(client: Client, model: string, name: string): Promise<string | null> {
  try {
    return (await client.get<{ position: string }>(pathOf(model, name))).position;
  } catch (error) {
    if (error instanceof ApiError && error.code === "cursor_not_found") return null;
    throw error;
  }
}

export async function writeCursor(
  client: Client,
  model: string,
  name: string,
  position: string,
): Promise<void> {
  await client.put(pathOf(model, name), { position });
}
