import type { LiveHint } from "#core/domain/api.ts";

/**
 * The dashboards that look: hibernating WebSockets, so that an idle page costs nothing. At most one hint of a kind a
 * second per model; the last one of a burst is always sent, or a page would miss the final state.
 */
export class LiveSockets {
  readonly #ctx: DurableObjectState;
  readonly #everyMs: number;
  readonly #sentMs = new Map<string, number>();
  readonly #waiting = new Map<string, LiveHint>();

  constructor(ctx: DurableObjectState, everyMs: number) {
    this.#ctx = ctx;
    this.#everyMs = everyMs;
  }

  accept(request: Request): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
      return new Response("This address speaks WebSocket.", { status: 426 });
    const [client, server] = Object.values(new WebSocketPair());
    this.#ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  get isOpen(): boolean {
    return this.#ctx.getWebSockets().length > 0;
  }

  /** @returns whether anybody looks */
  send(hint: LiveHint, nowMs: number): boolean {
    if (!this.isOpen) return false;
    const key = `${hint.type} ${hint.modelId}`;
    const leftMs = (this.#sentMs.get(key) ?? -Infinity) + this.#everyMs - nowMs;
    if (leftMs <= 0) {
      this.#broadcast(key, hint, nowMs);
      return true;
    }
    const first = !this.#waiting.has(key);
    this.#waiting.set(key, hint);
    if (first) setTimeout(() => this.#flush(key), leftMs);
    return true;
  }

  #flush(key: string): void {
    const hint = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (hint) this.#broadcast(key, hint, Date.now());
  }

  #broadcast(key: string, hint: LiveHint, nowMs: number): void {
    this.#sentMs.set(key, nowMs);
    const text = JSON.stringify(hint);
    for (const socket of this.#ctx.getWebSockets()) socket.send(text);
  }
}
