/** Inferences as a logger tells them: the request and the response apart, under one id. */
import { MINUTE_MS } from "#core/domain/limits.ts";
import type { InferenceEvent, Part } from "#core/formats/inference/inference-events.ts";
import { drawAnswer, paneOf, type SentInference, type SentRow } from "./scenario.ts";
import type { World } from "./world.ts";

/** None in most runs. */
export function drawInferences(world: World, startsMs: number): SentInference[] {
  if (world.chance(0.6)) return [];
  return Array.from({ length: world.between(1, 8) }, (_, index) => {
    const id = `e${index}`;
    const saidMs = paneOf(world.between(0, 1000)) + world.between(0, 1000);
    const many = world.between(1, 4);
    const rows = Array.from({ length: many }, (_row, row): SentRow => ({
      prediction_id: many === 1 ? id : `${id}:${row}`,
      ...{ timestamp: saidMs, amount: world.between(-300, 300) / 100 },
      ...{ channel: world.pick(["web", "app", "desk"]), ...drawAnswer(world) },
    }));
    const atMs = Math.max(startsMs, saidMs) + world.between(0, 4 * MINUTE_MS);
    return {
      ...{ kind: "inference", id, rows, atMs },
      // Either half may come first, and the second long after.
      answeredAtMs: Math.max(startsMs, atMs + world.between(-MINUTE_MS, 4 * MINUTE_MS)),
      requestSays: world.chance(0.8),
    };
  });
}

/** A half as the logger sends it, by Open Inference V2. Where the request does not say its time, the response's counts. */
export function halfOf({ id, rows, requestSays }: SentInference, part: Part): InferenceEvent {
  const tensor = (name: keyof SentRow, datatype: string) => ({
    ...{ name, datatype, shape: [rows.length], data: rows.map((row) => row[name]) },
  });
  const body =
    part === "request"
      ? { inputs: [tensor("amount", "FP64"), tensor("channel", "BYTES")] }
      : { outputs: [tensor("score", "FP64"), tensor("approved", "BOOL")] };
  const saidMs = rows[0].timestamp;
  const time = part === "request" && !requestSays ? null : new Date(saidMs).toISOString();
  return { id, part, time, data: new Uint8Array(new TextEncoder().encode(JSON.stringify(body))) };
}
