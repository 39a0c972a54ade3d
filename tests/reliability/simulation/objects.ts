import { SECOND_MS } from "#core/domain/limits.ts";
import { Fault, type Faults } from "./faults.ts";
import { type ObjectStorage, SimulatedStorage } from "./storage.ts";
import type { World } from "./world.ts";

/** Who calls: a program that may be lost, and whose messages leave only when what it wrote before is durable. */
export interface Caller {
  isAlive(): boolean;
  durable(): Promise<void>;
}

/** As the platform makes an instance of an object. */
export type MakeObject = (
  context: { storage: ObjectStorage; id: { name: string } },
  caller: Caller,
) => object;

type Methods = Record<string, (...given: unknown[]) => unknown>;

/** What a lost caller waits for. */
const never = new Promise<never>(() => undefined);

/** One object: its storage, which stays, and its instance, which may be lost at any moment. */
export class HostedObject {
  readonly storage = new SimulatedStorage();
  readonly name: string;
  readonly #world: World;
  readonly #faults: () => Faults;
  readonly #make: MakeObject;
  readonly #skew: number;
  #instance: Methods | null = null;
  #lives = 0;
  #ringing = false;
  /** Callers that wait for an answer of the instance. */
  readonly #waiting = new Set<(error: Fault) => void>();
  #flushed: (() => void)[] = [];

  constructor(name: string, world: World, faults: () => Faults, make: MakeObject) {
    [this.name, this.#world, this.#faults, this.#make] = [name, world, faults, make];
    this.#skew = world.draw() * 2 - 1;
    this.storage.onWrite = () => this.#flushSoon();
  }

  /** Calls a method as a message does that has arrived; answers when what it wrote is durable. */
  async call(method: string, given: unknown[]): Promise<unknown> {
    const instance = this.#started();
    const life = this.#lives;
    let lose: (error: Fault) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => this.#waiting.add((lose = reject)));
    const work = async (): Promise<unknown> => {
      try {
        return await instance[method](...given);
      } finally {
        await this.#durable(life);
      }
    };
    const answer = this.#world.withSkew(this.#skewMs, work);
    try {
      return await Promise.race([answer, lost]);
    } finally {
      this.#waiting.delete(lose);
    }
  }

  /** The instance is lost, with what it had not made durable. */
  crash(): void {
    if (this.#world.chance(0.5)) this.storage.flush();
    this.storage.crash();
    this.#instance = null;
    this.#lives++;
    this.#flushed = [];
    for (const lose of this.#waiting) lose(new Fault(`${this.name} was lost`));
    // A handler that did not come to its end is run again.
    if (this.#ringing) this.storage.putAlarm(Math.min(this.storage.durableAlarmMs ?? Infinity, this.#nowMs));
    this.#ringing = false;
    this.#watchAlarm();
  }

  #started(): Methods {
    if (this.#instance !== null) return this.#instance;
    const life = this.#lives;
    const isAlive = (): boolean => life === this.#lives;
    const context = { storage: this.storage.view(isAlive), id: { name: this.name } };
    this.#instance = this.#world.withSkew(
      this.#skewMs,
      () => this.#make(context, { isAlive, durable: () => this.#durable(life) }) as Methods,
    );
    return this.#instance;
  }

  /** Never, once the instance is lost. */
  #durable(life: number): Promise<void> {
    if (life !== this.#lives) return never;
    if (this.storage.isDurable) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push(resolve));
  }

  #flushSoon(): void {
    const life = this.#lives;
    this.#world.after(this.#world.between(0, this.#faults().flushMs), () => {
      if (life !== this.#lives) return;
      this.storage.flush();
      const flushed = this.#flushed;
      this.#flushed = [];
      for (const resolve of flushed) resolve();
      this.#watchAlarm();
    });
  }

  /** By the clock of the machine that it is on, as its alarms are. */
  get #nowMs(): number {
    return this.#world.nowMs + this.#skewMs;
  }

  get #skewMs(): number {
    return this.#skew * this.#faults().skewMs;
  }

  #watchAlarm(): void {
    const { durableAlarmMs } = this.storage;
    if (durableAlarmMs === null) return;
    this.#world.after(Math.max(1, durableAlarmMs - this.#nowMs), () => void this.#ring());
  }

  async #ring(): Promise<void> {
    const { durableAlarmMs } = this.storage;
    if (this.#ringing || durableAlarmMs === null) return;
    // Its clock was set, or another alarm took the place of this one.
    if (durableAlarmMs > this.#nowMs) return this.#watchAlarm();
    if (this.#world.chance(this.#faults().lostAlarms)) return this.storage.putAlarm(null);
    this.#ringing = true;
    this.storage.takeAlarm();
    const life = this.#lives;
    const failed = await this.call("alarm", []).then(
      () => false,
      () => true,
    );
    if (life !== this.#lives) return;
    this.#ringing = false;
    if (failed) this.storage.putAlarm(this.#nowMs + 2 * SECOND_MS);
    else this.storage.finishAlarm();
    this.#watchAlarm();
  }
}

/** An object's methods as another program calls them. */
export type Called<T> = {
  [Method in keyof T]: T[Method] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => Promise<Awaited<Answer>>
    : never;
};

/** A namespace of objects, as an instance or a Worker sees it: every call is two messages. */
export function namespaceOf<T extends object>(
  objects: (name: string) => HostedObject,
  world: World,
  faults: () => Faults,
  caller: Caller,
) {
  const call = async (name: string, method: string, given: unknown[]): Promise<unknown> => {
    const sent = structuredClone(given);
    await caller.durable();
    const { dropped, unanswered, delayMs } = faults();
    const [isDropped, isUnanswered] = [world.chance(dropped), world.chance(unanswered)];
    await world.sleep(world.between(0, delayMs));
    const arrived = async (): Promise<unknown> => {
      if (isDropped) throw new Fault(`a message to ${name} was lost`);
      return objects(name).call(method, sent);
    };
    const settled = await arrived().then(
      (value) => ({ value: structuredClone(value) }),
      (error: unknown) => ({ error }),
    );
    await world.sleep(world.between(0, delayMs));
    if (!caller.isAlive()) return never;
    if (isUnanswered) throw new Fault(`an answer of ${name} was lost`);
    if ("error" in settled) throw settled.error;
    return settled.value;
  };
  return {
    getByName: (name: string): Called<T> =>
      new Proxy({} as Called<T>, {
        // A promise would be asked for `then`.
        get: (_, method) =>
          typeof method === "string" && method !== "then"
            ? (...given: unknown[]) => call(name, method, given)
            : undefined,
      }),
  };
}
