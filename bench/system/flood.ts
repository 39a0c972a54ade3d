/**
 * A logger whose responses do not come: requests of inferences, each to be kept until its response is there, until the model's object
 * takes no more. Then the responses come, and all that was acknowledged has to be counted.
 */
import type { Receipt } from "#core/domain/api.ts";
import type { Part } from "#core/formats/inference/inference-events.ts";
import type { Feature } from "#core/domain/model.ts";
import { rowsOf } from "./bodies.ts";
import type { LoadResult, Shot } from "./load.ts";
import type { Api } from "./set-up.ts";

export interface Flood {
  /** In the replies of 429: the shortest and the longest wait; null where one said none. */
  retryAfterSeconds: { least: number; most: number } | null;
  /** Rows of the requests that were acknowledged, and those that were counted when their responses had come. */
  acknowledgedRows: number;
  countedRows: number;
  /** Whether a request is taken afterwards. */
  takesAgain: boolean;
}

/** Requests under new ids; all of one body, since it is what lies there that fills the object. */
export function requestsOf(model: string, features: readonly Feature[], rows: number): () => Shot {
  const bytes = halfOf("request", features, rows);
  return () => ({
    ...{ path: pathOf(model), contentType: "application/octet-stream", bytes },
    headers: (id) => headersOf("request", id),
  });
}

/** Responses at once. */
const answering = 8;

export async function answerAll(
  api: Api,
  { model, features, rows }: { model: string; features: readonly Feature[]; rows: number },
  loads: readonly LoadResult[],
): Promise<Flood> {
  const bytes = halfOf("response", features, rows);
  const acknowledged = loads.flatMap((load) => load.acknowledged);
  const left = acknowledged.values();
  let countedRows = 0;
  const answer = async (): Promise<void> => {
    for (const id of left) {
      const reply = await send(api, model, "response", id, bytes);
      if (!reply.ok) throw new Error(`the response to ${id} got ${reply.status}: ${await reply.text()}`);
      // Not in one statement: what was counted before would be read before the wait.
      const { accepted } = (await reply.json()) as Receipt;
      countedRows += accepted;
    }
  };
  await Promise.all(Array.from({ length: answering }, answer));
  const again = await send(api, model, "request", "after the flood", halfOf("request", features, rows));
  const waits = loads.flatMap(({ retryAfterSeconds }) => retryAfterSeconds);
  return {
    retryAfterSeconds: waits.every((seconds) => seconds > 0)
      ? { least: Math.min(...waits), most: Math.max(...waits) }
      : null,
    acknowledgedRows: acknowledged.length * rows,
    countedRows,
    takesAgain: again.ok,
  };
}

const pathOf = (model: string): string => `/v1/models/${model}/predictions`;

const headersOf = (part: Part, id: string) => ({
  ...{ "ce-id": id, "ce-type": `org.kubeflow.serving.inference.${part}`, "ce-specversion": "1.0" },
  ...{ "ce-source": "bench", "ce-time": new Date().toISOString() },
});

const send = ({ url, key }: Api, model: string, part: Part, id: string, body: Uint8Array<ArrayBuffer>) =>
  fetch(`${url}${pathOf(model)}`, {
    method: "POST",
    headers: { ...headersOf(part, id), authorization: `Bearer ${key}` },
    body,
  });

/** By Open Inference V2, with raw tensors: numbers of all digits, so that they cannot be packed small. */
function halfOf(part: Part, features: readonly Feature[], rows: number): Buffer<ArrayBuffer> {
  const { columns } = rowsOf(features, rows, 1, null);
  const asked = features.filter(({ role }) => (role === "feature") === (part === "request"));
  const values = asked.map(({ name }) => {
    const column = columns.get(name);
    if (column?.kind !== "numeric") throw new TypeError(`${name} is no number`);
    return Float32Array.from(column.values);
  });
  const tensors = asked.map(({ name }) => ({
    ...{ name, shape: [rows], datatype: "FP32", parameters: { binary_data_size: rows * 4 } },
  }));
  const json = JSON.stringify({ [part === "request" ? "inputs" : "outputs"]: tensors });
  return Buffer.concat([Buffer.from(json), ...values.map(({ buffer }) => Buffer.from(buffer))]);
}
