import { isDeepStrictEqual } from "node:util";
import type { Model, Receipt } from "#core/domain/api.ts";
import { DAY_MS, limits, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import { ModelInput } from "#core/domain/model.ts";
import type { PolicyInput } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import { summarise } from "../../../worker/ingest/receive-reference.ts";
import { unwrap, type Result } from "../../../worker/objects/result.ts";
import { archiveStoryOf, expectedArchive } from "./archive-story.ts";
import { drawFaults, Fault, noFaults } from "./faults.ts";
import { onePass } from "./one-pass.ts";
import { Platform } from "./platform.ts";
import { archiveRestMs, type Ask, drawScenario, restMs, type Sending, sendingsOf } from "./scenario.ts";
import { alwaysThere, deliver, Isolate } from "./senders.ts";
import { storyOf } from "./story.ts";
import { World } from "./world.ts";

export interface Played {
  /** What is not as one pass over the same rows has it; empty when all is well. */
  wrong: string[];
  batches: number;
  crashes: number;
}

/** The model that references are made for: scenarios differ in what references do not see. */
export const modelOf = (input: ModelInput, createdAtMs: number): Model => ({
  ...ModelInput.parse(input),
  createdAtMs,
});

/** Plays what a seed draws, lets the world heal, and compares with one pass over the same rows. */
export async function play(seed: number, references: readonly Reference[]): Promise<Played> {
  const world = new World(seed, 0);
  const scenario = drawScenario(world);
  world.nowMs = scenario.startsMs;
  let faults = drawFaults(world);
  const faultsNow = () => faults;
  const platform = new Platform(world, faultsNow);
  const isolates = Array.from({ length: 2 }, () => new Isolate(world, faultsNow, platform));
  const wrong: string[] = [];
  const noteBug = (error: unknown): void =>
    void wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const name = "o/m";
  let model = modelOf(scenario.model, scenario.startsMs);
  const env = platform.env(alwaysThere);
  const [root, archive] = [env.MODEL.getByName(name), env.ARCHIVE.getByName(name)];
  let crashes = 0;

  /** Asks until there is an answer. */
  const insist = async <T>(question: () => Promise<T>): Promise<T> => {
    for (;;)
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        await world.sleep(world.between(1, 10 * SECOND_MS));
      }
  };
  const settled = <T>(result: Result<T>): T => unwrap(result);

  const act = async (ask: Ask): Promise<void> => {
    await world.sleep(ask.atMs - world.nowMs);
    switch (ask.kind) {
      case "grow":
        if (ask.shards > model.shards) model = { ...model, shards: ask.shards };
        settled(await insist(() => root.configure({ organisationId: "o", model })));
        break;
      case "keep longer":
        model = {
          ...model,
          retention: { ...model.retention, daysMs: limits.retention.daysMs + ask.days * DAY_MS },
        };
        settled(await insist(() => root.configure({ organisationId: "o", model })));
        break;
      case "activate":
        // Refused where rows are counted otherwise, which is an answer too.
        await insist(() => root.activate(references[ask.reference].id, ask.fromMs));
        break;
      case "windows":
        settled(await insist(() => root.windows("amount", ever)));
        break;
      case "detect":
        await insist(() => root.detect());
        break;
      case "status":
        // As a dashboard does.
        await insist(() => root.status(true));
    }
  };

  const crashSoon = (): void => {
    if (faults.crashEveryMs === 0) return;
    world.after(world.between(1, 2 * faults.crashEveryMs), () => {
      if (faults.crashEveryMs > 0) {
        crashes++;
        if (world.chance(0.1)) world.pick(isolates).crash();
        else if (platform.objects.size > 0) world.pick([...platform.objects.values()]).crash();
      }
      crashSoon();
    });
  };

  let sweepEveryMs = 2 * MINUTE_MS;
  const sweepSoon = (): void =>
    world.after(sweepEveryMs, () => {
      const swept = [root.sweep(world.nowMs), ...(model.archive ? [archive.sweep()] : [])];
      for (const one of swept) one.catch((error: unknown) => error instanceof Fault || noteBug(error));
      sweepSoon();
    });

  const sendings = sendingsOf(scenario.batches);
  const first = new Map<string, Receipt>();
  const firstSentMs = new Map<string, number>();
  /** Inferences whose first half may have waited for longer than halves are kept, as there were faults for so long. */
  const outwaited = new Set<string>();
  /** @param last whether the other half of an inference is there for sure */
  const sendOnce = async (sending: Sending, last = false): Promise<void> => {
    const { batch } = sending;
    const sinceMs = firstSentMs.get(batch.id) ?? world.nowMs;
    firstSentMs.set(batch.id, sinceMs);
    const receipt = await deliver(world, {
      ask: () => world.pick(isolates).take(name, sending),
      ...{ faults: faultsNow, noteBug },
    });
    if (batch.kind === "inference" && !first.has(batch.id) && world.nowMs - sinceMs > limits.halfMs)
      outwaited.add(batch.id);
    if (receipt.waitingFor !== undefined) {
      if (last && !outwaited.has(batch.id))
        wrong.push(`${batch.id} waits for its ${receipt.waitingFor}, which was acknowledged`);
      return;
    }
    const before = first.get(batch.id) ?? receipt;
    if (!isDeepStrictEqual(before, receipt))
      wrong.push(
        `${batch.id} was acknowledged as ${JSON.stringify(before)}, then as ${JSON.stringify(receipt)}`,
      );
    first.set(batch.id, before);
  };

  const live = async (): Promise<void> => {
    platform.insertModel("o", model);
    settled(await insist(() => root.configure({ organisationId: "o", model })));
    for (const reference of references) {
      const summary = summarise({ reference, segment: "" }, world.nowMs);
      settled(await insist(() => root.addReference(reference.id, JSON.stringify(reference), summary)));
    }
    settled(await insist(() => root.setPolicy(quickPolicy)));
    if (scenario.reference !== null) await insist(() => root.activate(references[scenario.reference!].id, 0));
    sweepSoon();
    await Promise.all([
      ...sendings.map(async (sending) => {
        await world.sleep(sending.atMs - world.nowMs);
        await sendOnce(sending);
        if (world.chance(0.3)) await sendOnce(sending);
      }),
      ...scenario.asks.map(act),
    ]);
    faults = noFaults;
    // A retry after everything: it gets the first receipt, and changes nothing.
    for (const sending of sendings) await sendOnce(sending, true);
    await world.sleep(restMs);
    const story = await storyOf(root, platform);
    const { activations } = (await root.status())!;
    const unjoined = Math.min(story.halves.unjoined, outwaited.size);
    compare(story, {
      ...onePass(model, scenario.batches, activations, references),
      halves: { waiting: 0, unjoined },
    });
    if (!model.archive) return;
    sweepEveryMs = 20 * MINUTE_MS;
    await world.sleep(archiveRestMs[model.clock]);
    const collected = model.clock === "replay";
    compare(await archiveStoryOf(name, model, platform, collected), expectedArchive(scenario.batches));
  };

  const compare = <T extends object>(told: T, expected: T): void => {
    for (const what of Object.keys(expected) as (keyof T & string)[])
      if (!isDeepStrictEqual(told[what], expected[what]))
        wrong.push(`${what}: ${JSON.stringify(told[what])}\n  one pass: ${JSON.stringify(expected[what])}`);
  };

  const { error } = console;
  // Objects log what they swallow: faults are, anything else is not to be there.
  console.error = (...said: unknown[]) => {
    const causes = said.filter((one) => one instanceof Error);
    if (causes.length === 0 || causes.some((cause) => !(cause instanceof Fault)))
      noteBug(causes[0] ?? said.join(" "));
  };
  let done = false;
  try {
    crashSoon();
    live()
      .catch(noteBug)
      .finally(() => (done = true));
    await world.run(() => done || wrong.length > 0);
  } finally {
    console.error = error;
    platform.close();
  }
  return { wrong, batches: scenario.batches.length, crashes };
}

/** Verdicts are not what is looked at here: the tests whose nulls take the least time. */
const quickPolicy: PolicyInput = {
  features: { amount: { method: "ks" }, score: { method: "ks" } },
};

const ever = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };
