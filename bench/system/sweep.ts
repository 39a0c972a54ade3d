/** Many models' windows close at one time: what all of their checks cost. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DriftHistory } from "#core/domain/api.ts";
import { HOUR_MS, MINUTE_MS } from "#core/domain/limits.ts";
import type { Feature } from "#core/domain/model.ts";
import type { Reference } from "#core/domain/reference.ts";
import { binaryColumnsOf, binaryColumnsType, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import { rowsOf } from "./bodies.ts";
import { cpuBetween, groupOf } from "./group.ts";
import { type Api, ask, featuresOf, makeModels } from "./set-up.ts";

export interface SweepResult {
  models: number;
  features: number;
  rowsPerModel: number;
  /** From when the windows closed until all was at rest. */
  seconds: number;
  /** Processor time of the process that runs the Worker and its objects: folds, checks with their nulls, what follows from them. */
  cpuSeconds: number | null;
  cpuMsPerModel: number | null;
  /** Checks by their status. */
  statuses: Record<string, number>;
}

const rowsPerModel = 500;
/** Of so many models one has drifted. */
const driftedEvery = 10;

/**
 * The last whole hour is every model's window, and closes a little after all models are made and their rows are in. These gather
 * until then, so what is measured begins with their fold. Then cron sweeps, as it does every minute.
 */
export async function runSweep(
  api: Api,
  group: number,
  { models, reference, minutes }: { models: number; reference: Reference; minutes: number },
): Promise<SweepResult> {
  const features = featuresOf({ features: reference.features.length });
  const windowEndMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const closesAtMs = Date.now() + minutes * MINUTE_MS;
  const ids = Array.from({ length: models }, (_, at) => `sweep-${at}`);
  await makeModels(api, ids, reference, {
    ...{ features, windowMs: HOUR_MS, latenessMs: closesAtMs - windowEndMs },
  });
  const bodies = Array.from({ length: driftedEvery }, (_, at) =>
    windowOf(features, windowEndMs - HOUR_MS / 2, at),
  );
  for (const [at, id] of ids.entries()) await send(api, id, bodies[at % driftedEvery]);
  await atRest(group);
  if (Date.now() > closesAtMs)
    throw new RangeError(`${minutes} minutes were not enough to make ${models} models; give more`);
  await sleep(Math.max(0, closesAtMs - Date.now()));
  const [before, startedMs] = [groupOf(group), performance.now()];
  await ask(api, "POST", "/sweep");
  await atRest(group);
  const seconds = (performance.now() - startedMs) / 1000 - restSeconds;
  const cpuSeconds = cpuBetween(before, groupOf(group))?.workerSeconds ?? null;
  const statuses: Record<string, number> = {};
  for (const id of ids) {
    const { checks } = await ask<DriftHistory>(
      api,
      "GET",
      `/models/${id}/drift/history?from=${windowEndMs - HOUR_MS}&to=${windowEndMs}`,
    );
    const status = checks[0]?.status ?? "missing";
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return {
    ...{ models, features: features.length, rowsPerModel },
    seconds: Number(seconds.toFixed(1)),
    cpuSeconds,
    cpuMsPerModel: cpuSeconds && Number(((1000 * cpuSeconds) / models).toPrecision(3)),
    statuses,
  };
}

/** Rows of the reference's law; in the last of `driftedEvery` one feature has moved by half its deviation. */
function windowOf(features: readonly Feature[], timeMs: number, at: number): Buffer<ArrayBuffer> {
  const rows = rowsOf(features, rowsPerModel, at + 1, new Float64Array(rowsPerModel).fill(timeMs));
  const first = rows.columns.get(features[0].name);
  if (at === driftedEvery - 1 && first?.kind === "numeric")
    first.values.forEach((value, row) => (first.values[row] = value + 6));
  return Buffer.from(writeBinaryColumns(rowsPerModel, binaryColumnsOf(rows)).buffer);
}

async function send({ url, key }: Api, id: string, body: Buffer<ArrayBuffer>): Promise<void> {
  const reply = await fetch(`${url}/v1/models/${id}/predictions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": binaryColumnsType },
    body,
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`rows of ${id} were answered ${reply.status}: ${text.slice(0, 500)}`);
}

const restSeconds = 5;

/** Waits until the platform does nothing for so long. */
async function atRest(group: number): Promise<void> {
  for (;;) {
    const before = groupOf(group);
    await sleep(1000 * restSeconds);
    const cpu = cpuBetween(before, groupOf(group));
    if (cpu === null || cpu.workerSeconds < 0.02 * restSeconds) return;
  }
}
