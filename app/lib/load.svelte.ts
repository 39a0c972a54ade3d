/** One piece of server data on a page: loading, loaded or failed, and how to load it again without a flicker. */
import { goto } from "$app/navigation";
import { ApiError } from "./api.ts";

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  error = $state<ApiError | null>(null);
  readonly #ask: () => Promise<T>;
  #turn = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  get loading(): boolean {
    return this.value === null && this.error === null;
  }

  /** Asks again; an older answer that comes late is dropped. */
  refetch = async (): Promise<void> => {
    const turn = ++this.#turn;
    try {
      const value = await this.#ask();
      if (turn === this.#turn) [this.value, this.error] = [value, null];
    } catch (error) {
      if (turn !== this.#turn) return;
      const known = error instanceof ApiError ? error : new ApiError("unexpected", 0, String(error));
      if (known.status === 401) await goto("/sign-in");
      else this.error = known;
    }
  };
}
