import { env, runInDurableObject, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import fc from "fast-check";
import type { FeatureWindows, Receipt } from "#core/domain/api.ts";
import { insertHalf } from "../../worker/objects/model/halves.ts";
import type { Problem } from "#core/domain/errors.ts";
import { gzipped, post } from "./body-forms.ts";
import { ask, createModel, DAY_MS, HOUR_MS, objectOf, ringAlarm, startMs } from "./model-scenario.ts";

type EventReceipt = Receipt & { waitingFor?: string };

const at = new Date(startMs + HOUR_MS).toISOString();
const instances = [
  [6.8, "web"],
  [null, "app"],
  [1.5, "desk"],
];
const request = JSON.stringify({ instances });
const response = JSON.stringify({ predictions: [0.25, 0.5, 0.75] });

/** The headers that the logger of KServe sends, and what its Go client adds. */
const headers = (id: string, part: "request" | "response", more: Record<string, string> = {}) => ({
  "ce-id": id,
  "ce-specversion": "1.0",
  "ce-time": part === "request" ? at : new Date(startMs + HOUR_MS + 4).toISOString(),
  "ce-source": "http://localhost:9081/",
  "ce-type": `org.kubeflow.serving.inference.${part}`,
  "ce-inferenceservicename": "sklearn-iris",
  "ce-namespace": "default",
  "ce-component": "predictor",
  "ce-endpoint": "",
  traceparent: "00-7cebb2ae49d33626845711ad585c850c-78b57bf5baf7151f-00",
  ...more,
});

const log = async <T = EventReceipt>(
  model: string,
  id: string,
  part: "request" | "response",
  body: BodyInit = part === "request" ? request : response,
  // As it is where a client sent a form by mistake: the response is logged under the request's type.
  type = "application/x-www-form-urlencoded",
) => post<T>(`${model}/predictions`, type, body, headers(id, part));

const halves = (model: string): Promise<{ waiting: number; unjoined: number }> =>
  ask("GET", `/v1/models/${model}/predictions/halves`);

async function counts(id: string): Promise<number[][]> {
  await ringAlarm(id);
  const range = `from=${startMs}&to=${startMs + DAY_MS}`;
  return Promise.all(
    ["amount", "channel", "score", "approved"].map(async (feature) => {
      const { windows } = await ask<FeatureWindows>(
        "GET",
        `/v1/models/${id}/windows?feature=${feature}&${range}`,
      );
      return windows.flatMap(({ counts }) => counts);
    }),
  );
}

describe("a request and its response, logged apart", () => {
  beforeAll(async () => {
    await createModel("logged");
    await createModel("expected");
    const rows = instances.map(([amount, channel], index) => ({
      ...{ timestamp: at, amount, channel },
      ...{ score: 0.25 * (index + 1), approved: null, prediction_id: `one:${index}` },
    }));
    await ask("POST", "/v1/models/expected/predictions", { batch_id: "one", rows });
  });

  test("are counted once, when the second comes, however often each is sent", async () => {
    const first = await log("logged", "one", "response");
    expect([first.status, first.body]).toEqual([
      200,
      {
        ...{ batchId: "one", deduplicated: true, accepted: 0, rejected: 0, errors: [], late: 0, ignored: [] },
        waitingFor: "request",
      },
    ]);
    expect((await log("logged", "one", "response")).body).toEqual(first.body);
    expect(await halves("logged")).toEqual({ waiting: 1, unjoined: 0 });
    const second = await log("logged", "one", "request");
    expect([second.status, second.body.accepted, second.body.waitingFor]).toEqual([200, 3, undefined]);
    expect(await halves("logged")).toEqual({ waiting: 0, unjoined: 0 });
    for (const part of ["request", "response"] as const)
      expect((await log("logged", "one", part)).body).toEqual(second.body);
    expect(await counts("logged")).toEqual(await counts("expected"));
    // Folded, and still known.
    expect((await log("logged", "one", "response")).body).toEqual(second.body);
    const labelled = await ask<Receipt>("POST", "/v1/models/logged/labels", {
      rows: [{ prediction_id: "one:0", label: true }],
    });
    expect(labelled.accepted).toBe(1);
  });

  test("under an id that was used for others are refused", async () => {
    const other = JSON.stringify({ predictions: [0.1, 0.1, 0.1] });
    expect((await log<Problem>("logged", "one", "response", other)).body.code).toBe("batch_id_reused");
    await log("logged", "two", "response");
    expect((await log<Problem>("logged", "two", "response", other)).body.code).toBe("batch_id_reused");
  });

  test("that come at once are counted once", async () => {
    await createModel("at-once");
    const parts = ["request", "response", "request", "response", "response", "request"] as const;
    const replies = await Promise.all(parts.map((part) => log("at-once", "same", part)));
    expect(replies.map(({ status }) => status)).toEqual(parts.map(() => 200));
    expect(replies.filter(({ body }) => body.accepted === 3).length).toBeGreaterThan(0);
    expect((await ask<{ rows: number }>("GET", "/v1/models/at-once")).rows).toBe(3);
    expect(await halves("at-once")).toEqual({ waiting: 0, unjoined: 0 });
  });

  test("may be V2, packed, structured, or with a type of its own", async () => {
    await createModel("protocols");
    const inputs = [
      { name: "amount", shape: [2, 1], datatype: "FP64", data: [1, 2] },
      { name: "channel", shape: [2, 1], datatype: "BYTES", data: ["web", "app"] },
    ];
    const v2 = { id: "v2-id", inputs };
    const outputs = [{ name: "predict_proba", shape: [2, 2], datatype: "FP64", data: [0.5, 0.5, 0.2, 0.8] }];
    const answer = { model_name: "loans", model_version: "1", id: "v2-id", outputs };
    await log("protocols", "v2", "request", JSON.stringify(v2), "application/octet-stream");
    const joined = await log(
      "protocols",
      "v2",
      "response",
      await gzipped(JSON.stringify(answer)),
      "application/json",
    );
    expect(joined.body).toMatchObject({ accepted: 2, rejected: 0 });
    const labels = [0, 1].map((row) => ({ prediction_id: `v2-id:${row}`, label: false }));
    await ask("POST", "/v1/models/protocols/labels", { rows: labels });

    const structured = (id: string, part: string, data: object) =>
      post<EventReceipt>(
        "protocols/predictions",
        "application/cloudevents+json; charset=utf-8",
        JSON.stringify({
          specversion: "1.0",
          id,
          type: `org.kubeflow.serving.inference.${part}`,
          source: "/x",
          time: at,
          ...data,
        }),
      );
    await structured("s1", "request", {
      datacontenttype: "application/json",
      data: JSON.parse(request) as object,
    });
    expect((await structured("s1", "response", { data: response })).body.accepted).toBe(3);
    await structured("s2", "response", { data_base64: btoa(response) });
    expect((await log("protocols", "s2", "request")).body.accepted).toBe(3);

    const named = JSON.stringify({
      instances: [
        { amount: 1, channel: "web" },
        { channel: "app", extra: 1 },
      ],
    });
    const decided = JSON.stringify({
      predictions: [
        { score: 0.5, approved: true },
        { score: 0.1, approved: false },
      ],
    });
    await log("protocols", "objects", "request", named);
    expect((await log("protocols", "objects", "response", decided)).body).toMatchObject({
      accepted: 2,
      rejected: 0,
      ignored: ["extra"],
    });
    const columns = JSON.stringify({ inputs: { amount: [1, 2], channel: ["web", "app"] } });
    await log("protocols", "columns", "request", columns);
    expect(
      (await log("protocols", "columns", "response", JSON.stringify({ outputs: [0.5, 0.25] }))).body.accepted,
    ).toBe(2);
  });

  test("count alone where only one of them is logged", async () => {
    await createModel("asked");
    const send = (part: "request" | "response") =>
      post<EventReceipt>(
        "asked/predictions?mode=request",
        "application/json",
        part === "request" ? request : response,
        headers("r", part),
      );
    expect((await send("response")).body).toMatchObject({ accepted: 0 });
    const counted = await send("request");
    expect(counted.body.accepted).toBe(3);
    expect((await send("request")).body).toEqual(counted.body);
    expect(await halves("asked")).toEqual({ waiting: 0, unjoined: 0 });
    const wrong = await post<Problem>(
      "asked/predictions?mode=both",
      "application/json",
      request,
      headers("r", "request"),
    );
    expect([wrong.status, wrong.body.code]).toEqual([400, "invalid_query"]);
  });

  test("of a model without answers count when they are asked", async () => {
    await ask("POST", "/v1/models", {
      id: "inputs",
      name: "Inputs",
      clock: "replay",
      features: [{ name: "amount", type: "numeric" }],
    });
    const { id } = await ask<{ id: string }>("POST", "/v1/models/inputs/references", {
      rows: [{ amount: 1 }, { amount: 2 }],
    });
    await ask("POST", `/v1/models/inputs/references/${id}/activate`, { from: startMs });
    expect((await log("inputs", "i", "request", '{"instances":[1,2]}')).body.accepted).toBe(2);
  });

  test("are refused in rows, or whole, with a reason", async () => {
    await createModel("refused");
    await log(
      "refused",
      "rows",
      "request",
      JSON.stringify({
        instances: [
          ["much", "web"],
          [1, "web"],
        ],
      }),
    );
    const partly = await log("refused", "rows", "response", '{"predictions":[0.5,0.5]}');
    expect(partly.body).toMatchObject({ accepted: 1, rejected: 1 });
    await log("refused", "none", "request", JSON.stringify({ instances: [["much", "web"]] }));
    for (let attempt = 0; attempt < 2; attempt++) {
      const none = await log<Problem>("refused", "none", "response", '{"predictions":[0.5]}');
      expect([none.status, none.body.code]).toEqual([422, "no_valid_rows"]);
    }
    await log("refused", "uneven", "request");
    for (const [id, body] of [
      ["uneven", '{"predictions":[1]}'],
      ["other", '{"instances":[1]}'],
      ["text", "hello"],
      ["nothing", ""],
    ]) {
      const reply = await log<Problem>("refused", id, "response", body);
      expect([id, reply.status, reply.body.code]).toEqual([id, 400, "malformed_inference"]);
    }
  });

  test("are answered without a body where a broker brings them", async () => {
    const reply = await SELF.fetch("http://127.0.0.1:4280/v1/models/logged/predictions", {
      method: "POST",
      headers: {
        // The user and password of a URL, as loggers send them that have no headers of their own.
        authorization: `Basic ${btoa(`mdt:${env.MDT_OWNER_SECRET}`)}`,
        ...headers("broker", "request", { "ce-knativearrivaltime": at, prefer: "reply" }),
      },
      body: request,
    });
    expect([reply.status, await reply.text()]).toEqual([200, ""]);
  });
});

describe("a half that waits", () => {
  test("is one row, and is forgotten and counted after an hour", async () => {
    await createModel("waits");
    await runInDurableObject(await objectOf("waits"), (_, { storage }) => {
      const half = { part: "request", bodyHash: "0", said: null, bytes: new Uint8Array(9) } as const;
      insertHalf(storage.sql, { ...half, id: "0" }, Date.now());
      expect(insertHalf(storage.sql, { ...half, id: "1" }, Date.now())).toBe(1);
    });
    await log("waits", "lost", "request");
    const object = await objectOf("waits");
    expect(await halves("waits")).toEqual({ waiting: 3, unjoined: 0 });
    await object.sweep(Date.now() + 2 * HOUR_MS + HOUR_MS);
    expect(await halves("waits")).toEqual({ waiting: 0, unjoined: 3 });
    // The other one comes too late and waits in its turn.
    expect((await log("waits", "lost", "response")).body.waitingFor).toBe("request");
    await object.sweep(Date.now() + 3 * HOUR_MS);
    expect(await halves("waits")).toEqual({ waiting: 0, unjoined: 4 });
  });

  test("finds the other one after any order, repetition and folding", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(4), fc.constantFrom("request", "response", "ring")), {
          minLength: 10,
          maxLength: 40,
        }),
        async (steps) => {
          const id = `halves-${run++}`;
          await createModel(id);
          const seen = new Map<number, Set<string>>();
          for (const [call, part] of steps) {
            if (part === "ring") await ringAlarm(id);
            else {
              await log(id, `call-${call}`, part);
              seen.set(call, (seen.get(call) ?? new Set()).add(part));
            }
          }
          const joined = [...seen.values()].filter(({ size }) => size === 2).length;
          expect((await ask<{ rows: number }>("GET", `/v1/models/${id}`)).rows).toBe(3 * joined);
          expect((await halves(id)).waiting).toBe(seen.size - joined);
        },
      ),
      { numRuns: 8 },
    );
  });
});
