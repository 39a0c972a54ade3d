import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Model } from "#core/domain/api.ts";
import { inRoot } from "../../../scripts/paths.ts";
import type { Env } from "../../../worker/env.ts";
import { ArchiveObject } from "../../../worker/objects/archive-object.ts";
import { ModelObject } from "../../../worker/objects/model-object.ts";
import { ShardObject } from "../../../worker/objects/shard-object.ts";
import { SimulatedBucket } from "./bucket.ts";
import { Fault, type Faults } from "./faults.ts";
import { type Caller, HostedObject, namespaceOf } from "./objects.ts";
import type { ObjectStorage } from "./storage.ts";
import type { World } from "./world.ts";

const kinds = { ModelObject, ShardObject, ArchiveObject };
type Kind = keyof typeof kinds;

/** The parts of the platform that a model's objects stand on, for one run. */
export class Platform {
  /** By kind and name: a model's and its archive's have one name. */
  readonly objects = new Map<string, HostedObject>();
  readonly bucket: SimulatedBucket;
  /** Checks that the organisation was told of, by id. */
  readonly told = new Set<string>();
  readonly database = new DatabaseSync(":memory:");
  readonly #world: World;
  readonly #faults: () => Faults;

  constructor(world: World, faults: () => Faults) {
    [this.#world, this.#faults] = [world, faults];
    this.bucket = new SimulatedBucket(world, faults);
    this.database.exec(migrations);
  }

  /** What a program that calls sees: of all that the platform has, what a model's objects and Workers use. */
  env(caller: Caller) {
    return {
      MODEL: this.#namespace<ModelObject>("ModelObject", caller),
      SHARD: this.#namespace<ShardObject>("ShardObject", caller),
      ARCHIVE: this.#namespace<ArchiveObject>("ArchiveObject", caller),
      ROWS: this.bucket.view(caller),
      ORGANISATION: this.#organisation(caller),
      DB: this.#d1(caller),
    };
  }

  /** As its route does before the model's object hears of it. */
  insertModel(organisationId: string, { createdAtMs, ...model }: Model): void {
    this.database.prepare("insert into organisations values (?, ?, 0)").run(organisationId, organisationId);
    this.database
      .prepare("insert into models (organisation_id, id, config, created_at_ms) values (?, ?, ?, ?)")
      .run(organisationId, model.id, JSON.stringify(model), createdAtMs);
  }

  close(): void {
    this.database.close();
    for (const { storage } of this.objects.values()) storage.close();
  }

  #namespace<T extends object>(kind: Kind, caller: Caller) {
    const find = (name: string): HostedObject => {
      const key = keyOf(kind, name);
      let object = this.objects.get(key);
      if (object === undefined) {
        object = new HostedObject(name, this.#world, this.#faults, (context, own) => {
          // The rest of what the platform would give is not there: who uses it fails.
          const [state, env] = [context, this.env(own)] as unknown as [DurableObjectState, Env];
          return new kinds[kind](state, env);
        });
        this.objects.set(key, object);
      }
      return object;
    };
    return namespaceOf<T>(find, this.#world, this.#faults, caller);
  }

  /** A service behind the objects: it fails before it has done something, or after. */
  async #behind<T>(caller: Caller, work: () => T): Promise<T> {
    await caller.durable();
    const { failing, delayMs } = this.#faults();
    const [fails, worked] = [this.#world.chance(failing), this.#world.chance(0.5)];
    await this.#world.sleep(this.#world.between(0, delayMs));
    const answer = !fails || worked ? { value: work() } : null;
    if (!caller.isAlive()) return new Promise<never>(() => undefined);
    if (fails || answer === null) throw new Fault("a service did not answer");
    return answer.value;
  }

  #organisation(caller: Caller) {
    const onCheck = ({ check }: { check: { id: string } }) =>
      this.#behind(caller, () => void this.told.add(check.id));
    return { getByName: () => ({ onCheck, hint: () => this.#behind(caller, () => undefined) }) };
  }

  #d1(caller: Caller) {
    const ask = <T>(query: string, what: (statement: StatementSync) => T) =>
      this.#behind(caller, () => what(this.database.prepare(query)));
    return {
      prepare: (query: string) => ({
        bind: (...values: SQLInputValue[]) => ({
          run: () => ask(query, (statement) => void statement.run(...values)),
          first: () => ask(query, (statement) => statement.get(...values) ?? null),
        }),
      }),
    };
  }
}

const keyOf = (kind: Kind, name: string): string => `${kind} ${name}`;

/** What lies in an object's tables. */
export function storageOf({ objects }: Platform, kind: Kind, name: string): ObjectStorage {
  const object = objects.get(keyOf(kind, name));
  if (object === undefined) throw new Error(`there is no ${kind} ${name}`);
  return object.storage.view(() => true);
}

const folder = inRoot("sql", "migrations");
const migrations = readdirSync(folder)
  .sort()
  .map((file) => readFileSync(inRoot("sql", "migrations", file), "utf8"))
  .join("\n");
