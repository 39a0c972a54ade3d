import { Fault, type Faults } from "./faults.ts";
import type { Caller } from "./objects.ts";
import type { World } from "./world.ts";

/** As much of a bucket as an archive uses. */
type Bucket = Pick<R2Bucket, "put" | "head" | "get" | "list" | "delete">;

/**
 * Files in memory, as the platform promises them: what was put is there for whoever asks next. A call is lost before it did something,
 * or its answer after; a deletion that fails may have deleted some. A caller that is lost meanwhile never hears of it.
 */
export class SimulatedBucket {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #world: World;
  readonly #faults: () => Faults;

  constructor(world: World, faults: () => Faults) {
    [this.#world, this.#faults] = [world, faults];
  }

  view(caller: Caller): Bucket {
    const bucket = {
      put: (key: string, bytes: Uint8Array) =>
        this.#ask(caller, () => void this.files.set(key, bytes.slice())),
      head: (key: string) =>
        this.#ask(caller, () => {
          const size = this.files.get(key)?.length;
          return size === undefined ? null : { size };
        }),
      get: (key: string) =>
        this.#ask(caller, () => {
          const bytes = this.files.get(key);
          return bytes === undefined ? null : { arrayBuffer: () => Promise.resolve(bytes.slice().buffer) };
        }),
      delete: (keys: string[]) =>
        this.#ask(
          caller,
          () => keys.forEach((key) => this.files.delete(key)),
          () => keys.filter(() => this.#world.chance(0.5)).forEach((key) => this.files.delete(key)),
        ),
      list: (options: R2ListOptions) => this.#ask(caller, () => this.#list(options)),
    };
    // The rest of what the platform would tell of a file is not there: who uses it fails.
    return bucket as unknown as Bucket;
  }

  #list({ prefix = "", startAfter = "", limit = 1000 }: R2ListOptions) {
    const keys = [...this.files.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort();
    return { objects: keys.slice(0, limit).map((key) => ({ key })), truncated: keys.length > limit };
  }

  /** @param partly what is done where it is done and fails all the same */
  async #ask<T>(caller: Caller, work: () => T, partly: () => void = work): Promise<T> {
    await caller.durable();
    const { failing, delayMs } = this.#faults();
    const [fails, worked] = [this.#world.chance(failing), this.#world.chance(0.5)];
    await this.#world.sleep(this.#world.between(0, delayMs));
    if (fails && worked) partly();
    const answer = fails ? null : { value: work() };
    await this.#world.sleep(this.#world.between(0, delayMs));
    if (!caller.isAlive()) return new Promise<never>(() => undefined);
    if (answer === null) throw new Fault("the bucket did not answer");
    return answer.value;
  }
}
