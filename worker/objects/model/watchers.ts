import type { LiveHint } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import type { ModelStore } from "./model-store.ts";

/** The organisation's object, as far as hints go: it says whether anybody heard. */
interface Organisations {
  getByName(name: string): { hint(hint: LiveHint): Promise<boolean> };
}

/** Who looks at the model on a dashboard: pages say it when they ask, and are hinted of what is new. */
export class Watchers {
  readonly #organisations: Organisations;
  readonly #store: ModelStore;
  /** When a page last asked. */
  #askedMs = -Infinity;

  constructor(organisations: Organisations, store: ModelStore) {
    this.#organisations = organisations;
    this.#store = store;
  }

  /** A page asks. @returns whether that is news */
  look(nowMs: number): boolean {
    this.#askedMs = nowMs;
    return this.#store.state !== null && this.#store.watch(true);
  }

  /** When nobody hears any more, the next page that opens says so itself. */
  async hint(types: ReadonlySet<LiveHint["type"]>): Promise<void> {
    const { model, newestMs, organisationId, watched } = this.#store.configured;
    if (!watched || types.size === 0) return;
    const organisation = this.#organisations.getByName(organisationId);
    let heard = false;
    for (const type of types)
      if (await organisation.hint({ type, modelId: model.id, id: model.id, revision: newestMs ?? 0 }))
        heard = true;
    // A page that asked just now may not have connected yet; the model may be no more.
    if (heard || this.#store.state === null || Date.now() - this.#askedMs < limits.liveConnectMs) return;
    this.#store.watch(false);
  }
}
