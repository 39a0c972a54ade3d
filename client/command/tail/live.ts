/**
 * The platform's hints that something is new, by WebSocket: a hint says that it is time to look, never what there is. Where there
 * is no socket (Node before 22, a proxy, a key for one model only) the caller looks by the clock alone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveHint } from "#core/domain/api.ts";

export interface Live {
  /** Waits for a hint, `ms` at most; at once where one came since the last time. Gives the models that have news, null for any. */
  next(ms: number): Promise<ReadonlySet<string> | null>;
  /** Whether hints come. */
  connected(): boolean;
  close(): void;
}

const firstPauseMs = 1000;
const lastPauseMs = 60_000;

/** Hints are at most one a second a model; those of a burst are answered together. */
const settleMs = 300;

export interface LiveOptions {
  endpoint: string;
  key: string;
  /** Hears when hints begin to come, and when they end. */
  onChange: (connected: boolean) => void;
}

export function openLive({ endpoint, key, onChange }: LiveOptions): Live {
  let [socket, open, closed]: [WebSocket | null, boolean, boolean] = [null, false, false];
  let hinted: Set<string> | "any" | null = null;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | null = null;

  function hint(model: string | null): void {
    if (model === null || hinted === "any") hinted = "any";
    else hinted = (hinted ?? new Set()).add(model);
    wake?.();
  }

  function change(now: boolean): void {
    if (open === now) return;
    open = now;
    onChange(now);
    // Between two connections hints are lost: look once.
    if (now) hint(null);
  }

  function connect(): void {
    if (closed || typeof WebSocket === "undefined") return;
    const address = `${endpoint.replace(/^http/, "ws").replace(/\/$/, "")}/v1/live`;
    // Node's own sockets take headers; those of browsers, after which the type is made, do not.
    const made: WebSocket = Reflect.construct(WebSocket, [
      address,
      { headers: { authorization: `Bearer ${key}` } },
    ]);
    socket = made;
    made.addEventListener("open", () => {
      pauseMs = firstPauseMs;
      change(true);
    });
    made.addEventListener("message", ({ data }) => hint(modelIn(data)));
    // An error is followed by the end: the caller goes on by the clock, and a new socket is tried later.
    made.addEventListener("error", () => undefined);
    made.addEventListener("close", () => {
      if (closed) return;
      change(false);
      timer = setTimeout(connect, pauseMs);
      pauseMs = Math.min(lastPauseMs, 2 * pauseMs);
    });
  }

  connect();
  return {
    async next(ms) {
      if (hinted === null)
        await new Promise<void>((resolve) => {
          const ended = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(ended);
            resolve();
          };
        });
      if (open) await sleep(settleMs);
      const found = hinted === "any" ? null : hinted;
      [wake, hinted] = [null, null];
      return found;
    },
    connected: () => open,
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}

/** Null for what cannot be read: then any model may have news. */
function modelIn(data: unknown): string | null {
  try {
    const hint = JSON.parse(String(data)) as Partial<LiveHint>;
    return typeof hint.modelId === "string" ? hint.modelId : null;
  } catch {
    return null; // not swallowed: whatever it was, it is a reason to look
  }
}
