import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { inRoot } from "../../../scripts/paths.ts";
import type { Env } from "../../../worker/env.ts";
import { ModelObject } from "../../../worker/objects/model-object.ts";
import { ShardObject } from "../../../worker/objects/shard-object.ts";
import { Fault, type Faults } from "./faults.ts";
import { type Caller, HostedObject, namespaceOf } from "./objects.ts";
import type { World } from "./world.ts";

/** The parts of the platform that a model's objects stand on, for one run. */
export class Platform {
  readonly objects = new Map<string, HostedObject>();
  /** Checks that the organisation was told of, by id. */
  readonly told = new Set<string>();
  readonly database = new DatabaseSync(":memory:");
  readonly #world: World;
  readonly #faults: () => Faults;

  constructor(world: World, faults: () => Faults) {
    [this.#world, this.#faults] = [world, faults];
    this.database.exec(migrations);
  }

  /** What a program that calls sees: of all that the platform has, what a model's objects and Workers use. */
  env(caller: Caller) {
    return {
      MODEL: this.#namespace(ModelObject, caller),
      SHARD: this.#namespace(ShardObject, caller),
      ORGANISATION: this.#organisation(caller),
      DB: this.#d1(caller),
    };
  }

  close(): void {
    this.database.close();
    for (const { storage } of this.objects.values()) storage.close();
  }

  #namespace<T extends object>(Kind: new (state: DurableObjectState, env: Env) => T, caller: Caller) {
    const find = (name: string): HostedObject => {
      let object = this.objects.get(name);
      if (object === undefined) {
        object = new HostedObject(name, this.#world, this.#faults, (context, own) => {
          // The rest of what the platform would give is not there: who uses it fails.
          const [state, env] = [context, this.env(own)] as unknown as [DurableObjectState, Env];
          return new Kind(state, env);
        });
        this.objects.set(name, object);
      }
      return object;
    };
    return namespaceOf<T>(find, this.#world, this.#faults, caller);
  }

  /** A service behind the objects: it fails before it has done something, or after. */
  async #behind(caller: Caller, work: () => void): Promise<null> {
    await caller.durable();
    const { failing, delayMs } = this.#faults();
    const [fails, worked] = [this.#world.chance(failing), this.#world.chance(0.5)];
    await this.#world.sleep(this.#world.between(0, delayMs));
    if (!fails || worked) work();
    if (!caller.isAlive()) return new Promise<never>(() => undefined);
    if (fails) throw new Fault("a service did not answer");
    return null;
  }

  #organisation(caller: Caller) {
    const onCheck = ({ check }: { check: { id: string } }) =>
      this.#behind(caller, () => void this.told.add(check.id));
    return { getByName: () => ({ onCheck, hint: () => this.#behind(caller, () => undefined) }) };
  }

  #d1(caller: Caller) {
    const run = (query: string, values: SQLInputValue[]) =>
      this.#behind(caller, () => void this.database.prepare(query).run(...values));
    return {
      prepare: (query: string) => ({
        bind: (...values: SQLInputValue[]) => ({ run: () => run(query, values) }),
      }),
    };
  }
}

const folder = inRoot("sql", "migrations");
const migrations = readdirSync(folder)
  .sort()
  .map((file) => readFileSync(inRoot("sql", "migrations", file), "utf8"))
  .join("\n");
