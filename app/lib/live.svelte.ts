/** Hints from the server that something is new. Pages refetch; nothing but hints travels here. */
import type { LiveHint } from "#core/domain/api.ts";

type Listener = (hint: LiveHint | null) => void;

let listeners: readonly Listener[] = [];
let socket: WebSocket | null = null;
let retryMs = 1000;

/** `arriving`: ids of the models of which something came within the last seconds. */
export const liveState = $state<{ connected: boolean; arriving: readonly string[] }>({
  connected: false,
  arriving: [],
});

/** Longer than the pause between two hints about one model. */
const arrivingMs = 4000;
const quietTimers: Record<string, ReturnType<typeof setTimeout>> = {};

function noteArrival(modelId: string): void {
  clearTimeout(quietTimers[modelId]);
  if (!liveState.arriving.includes(modelId)) liveState.arriving = [...liveState.arriving, modelId];
  quietTimers[modelId] = setTimeout(() => {
    liveState.arriving = liveState.arriving.filter((id) => id !== modelId);
  }, arrivingMs);
}

function connect(): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/v1/live`);
  socket.addEventListener("open", () => {
    // What happened while we were away is unknown: everyone looks once.
    if (retryMs > 1000) for (const listener of listeners) listener(null);
    liveState.connected = true;
    retryMs = 1000;
  });
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string" || !data.startsWith("{")) return;
    const hint = JSON.parse(data) as LiveHint;
    noteArrival(hint.modelId);
    for (const listener of listeners) listener(hint);
  });
  socket.addEventListener("close", () => {
    liveState.connected = false;
    socket = null;
    if (listeners.length === 0) return;
    setTimeout(() => listeners.length > 0 && socket === null && connect(), retryMs);
    retryMs = Math.min(30_000, retryMs * 2);
  });
}

/**
 * Calls `refetch` when a hint concerns the model (any, when null), at most every 1.5 seconds, and once more after the last
 * hint of a burst. Returns how to stop.
 */
export function onLive(
  modelId: string | null,
  types: LiveHint["type"][],
  refetch: () => Promise<unknown>,
): () => void {
  let busy = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    await refetch();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    busy = false;
    if (again) {
      again = false;
      void run();
    }
  };
  const listener: Listener = (hint) => {
    if (hint === null || ((modelId === null || hint.modelId === modelId) && types.includes(hint.type)))
      void run();
  };
  listeners = [...listeners, listener];
  if (socket === null) connect();
  return () => {
    listeners = listeners.filter((one) => one !== listener);
    if (listeners.length === 0) socket?.close();
  };
}
