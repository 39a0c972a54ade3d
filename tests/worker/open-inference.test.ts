import { beforeAll, describe, expect, test } from "vitest";
import type { FeatureWindows, Performance, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { gzipped, post } from "./body-forms.ts";
import { ask, call, createModel, DAY_MS, makeRows, ringAlarm, startMs, toColumns } from "./model-scenario.ts";

const rows = makeRows(31, 60, startMs, DAY_MS);
const columns = toColumns(rows);
const n = rows.length;

async function windowsOf(id: string): Promise<unknown> {
  await ringAlarm(id);
  const range = `from=${startMs}&to=${startMs + DAY_MS}`;
  return Promise.all(
    ["amount", "channel", "score", "approved"].map(async (feature) =>
      ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${feature}&${range}`),
    ),
  );
}

/** As MLServer's pandas codec writes a data frame, a tensor a column. */
const request = {
  id: "call-1",
  parameters: { content_type: "pd" },
  inputs: [
    { name: "timestamp", shape: [n, 1], datatype: "INT64", data: columns.timestamp },
    { name: "amount", shape: [n, 1], datatype: "FP64", data: columns.amount },
    {
      name: "channel",
      shape: [n, 1],
      datatype: "BYTES",
      parameters: { content_type: "str" },
      data: columns.channel,
    },
    { name: "extra", shape: [n, 3], datatype: "FP32", data: Array.from({ length: n }, () => [1, 2, 3]) },
  ],
};
const response = {
  model_name: "loans",
  model_version: "7",
  id: "call-1",
  parameters: {},
  outputs: [
    { name: "score", shape: [n], datatype: "FP64", data: columns.score },
    { name: "approved", shape: [n, 1], datatype: "BOOL", data: columns.approved },
  ],
};

describe("an Open Inference request with its response", () => {
  test("is counted like the same rows, and its rows have ids for labels", async () => {
    for (const id of ["oip", "oip-rows"]) await createModel(id);
    const sent = rows.map((row, index) => ({ ...row, prediction_id: `call-1:${index}` }));
    await ask("POST", "/v1/models/oip-rows/predictions", { batch_id: "call-1", rows: sent });
    const body = JSON.stringify({ request, response });
    const reply = await post<Receipt>("oip/predictions/open-inference", "application/json", body);
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        ...{ batchId: "call-1", deduplicated: true, accepted: n, rejected: 0, errors: [], late: 0 },
        ignored: ["extra"],
      },
    ]);
    expect(await windowsOf("oip")).toEqual(await windowsOf("oip-rows"));
    const labels = rows.map((_, index) => ({ prediction_id: `call-1:${index}`, label: index % 2 === 0 }));
    for (const id of ["oip", "oip-rows"]) {
      await ask("POST", `/v1/models/${id}/labels`, { rows: labels });
      await ringAlarm(id);
    }
    const performance = await ask<Performance>("GET", "/v1/models/oip/performance");
    expect(performance.windows[0].labelled).toBe(n);
    expect(performance).toEqual(await ask("GET", "/v1/models/oip-rows/performance"));
    // A retry, packed or at the address of all predictions, gets the same answer.
    expect((await post("oip/predictions/open-inference", "application/json", body)).body).toEqual(reply.body);
    expect((await post("oip/predictions", "application/json", body)).body).toEqual(reply.body);
  });

  describe("in other shapes", () => {
    const at = new Date(startMs).toISOString();
    const path = `shapes/predictions/open-inference?timestamp=${at}`;
    beforeAll(async () => {
      await createModel("shapes");
      await ask("POST", "/v1/models", {
        id: "iris",
        name: "Iris",
        clock: "replay",
        task: "multiclass",
        classes: ["setosa", "versicolor"],
        features: [
          ...["sepal", "petal"].map((name) => ({ name, type: "numeric" })),
          ...["versicolor", "setosa"].map((name) => ({
            name: `p_${name}`,
            type: "numeric",
            role: "score",
            class: name,
          })),
          { name: "class", type: "categorical", role: "prediction" },
        ],
      });
      const known = Array.from({ length: 50 }, (_, index) => ({
        sepal: index,
        petal: -index,
        p_setosa: 0.25,
        class: "setosa",
      }));
      const { id } = await ask<{ id: string }>("POST", "/v1/models/iris/references", { rows: known });
      await ask("POST", `/v1/models/iris/references/${id}/activate`, { from: startMs });
    });
    const tensor = (name: string, shape: number[], datatype: string, data: unknown, more: object = {}) => ({
      ...{ name, shape, datatype, data },
      ...more,
    });
    const send = async (body: unknown, model = path): Promise<Receipt> => {
      const { status, body: receipt } = await post<Receipt>(model, "application/json", JSON.stringify(body));
      expect([status, receipt]).toEqual([200, expect.objectContaining({ rejected: 0 })]);
      return receipt;
    };

    test("alone, flat or nested, by name and with a header's time", async () => {
      expect((await send({ inputs: [tensor("amount", [3], "FP32", [1, 2, 3])] })).accepted).toBe(3);
      expect((await send({ inputs: [tensor("amount", [2, 1], "FP32", [[1], [2]])] })).accepted).toBe(2);
      expect(
        (await send({ ...response, outputs: [tensor("score", [1], "FP32", [0.5])], id: "x" })).accepted,
      ).toBe(1);
      const body = JSON.stringify({
        inputs: [tensor("amount", [1], "FP32", [1])],
        outputs: [{ name: "score" }],
      });
      const reply = await post<Receipt>("shapes/predictions/open-inference", "application/json", body, {
        "ce-time": at,
      });
      expect([reply.status, reply.body.accepted]).toEqual([200, 1]);
    });

    test("with columns side by side, named, numbered or in the order of the features", async () => {
      const data = [0, 1, 2, 3];
      const named = { parameters: { column_names: ["petal", "sepal"] } };
      const iris = `iris/predictions/open-inference?timestamp=${at}`;
      const outputs = [
        tensor("predict_proba", [2, 2], "FP64", [0.9, 0.1, 0.2, 0.8]),
        tensor("predict", [2, 1], "BYTES", ["setosa", "versicolor"]),
      ];
      for (const inputs of [
        [tensor("X", [2, 2], "FP32", data, named)],
        [tensor("X", [2, 2], "FP32", data, { parameters: { column_names: "petal, sepal" } })],
        [tensor("input-0", [2, 2], "FP32", [1, 0, 3, 2])],
      ])
        expect(await send({ request: { inputs }, response: { outputs } }, iris)).toMatchObject({
          accepted: 2,
          ignored: [],
        });
    });

    test("raw behind the JSON, with its length in a header or without", async () => {
      const texts = ["web", "desk"].map((text) => new TextEncoder().encode(text));
      const raw = new Uint8Array(2 * 4 + 2 * 4 + 7 + 2);
      const view = new DataView(raw.buffer);
      [1.5, -2.5].forEach((value, index) => view.setFloat32(4 * index, value, true));
      let end = 8;
      for (const text of texts) {
        view.setUint32(end, text.length, true);
        raw.set(text, end + 4);
        end += 4 + text.length;
      }
      raw.set([1, 0], end);
      const inputs = [
        tensor("amount", [2], "FP32", undefined, { parameters: { binary_data_size: 8 } }),
        tensor("channel", [2, 1], "BYTES", undefined, { parameters: { binary_data_size: 15 } }),
        tensor("approved", [2], "BOOL", undefined, { parameters: { binary_data_size: 2 } }),
      ];
      const json = new TextEncoder().encode(JSON.stringify({ id: "raw", inputs }));
      const body = new Uint8Array([...json, ...raw]);
      const header = { "inference-header-content-length": String(json.length) };
      const reply = await post<Receipt>(path, "application/octet-stream", body, header);
      expect([reply.status, reply.body.accepted, reply.body.rejected]).toEqual([200, 2, 0]);
      expect((await post<Receipt>(path, "application/json", body)).body).toEqual(reply.body);
      expect((await post<Receipt>(path.replace("/open-inference", ""), null, body, header)).body).toEqual(
        reply.body,
      );
      const packed = await post<Receipt>(path, null, await gzipped(body), {
        "content-encoding": "gzip",
        ...header,
        "idempotency-key": "raw-2",
      });
      expect([packed.body.batchId, packed.body.accepted]).toEqual(["raw-2", 2]);
    });

    test("a row that does not fit its features is refused alone", async () => {
      const inputs = [
        tensor("amount", [2, 1], "BYTES", ["much", null]),
        tensor("channel", [2], "BYTES", ["web", "web"]),
      ];
      const { body } = await post<Receipt>(path, "application/json", JSON.stringify({ inputs }));
      expect([body.accepted, body.errors.map(({ row, code }) => [row, code])]).toEqual([
        1,
        [[0, "type_mismatch"]],
      ]);
    });

    test.each<[string, unknown, number, RegExp]>([
      ["no tensors", {}, 400, /inputs/],
      [
        "rows that differ",
        { inputs: [tensor("amount", [2], "FP32", [1, 2]), tensor("channel", [1], "BYTES", ["a"])] },
        400,
        /2 and "channel" 1|rows/,
      ],
      ["too few values", { inputs: [tensor("amount", [3], "FP32", [1])] }, 400, /3 × 1/],
      ["an impossible shape", { inputs: [tensor("amount", [-1], "FP32", [])] }, 400, /shape/],
      ["no shape", { inputs: [{ name: "amount", data: [1] }] }, 400, /shape/],
      ["too many rows", { inputs: [tensor("amount", [1e9], "FP32", [])] }, 413, /20000/],
      [
        "bytes that are not there",
        { inputs: [tensor("amount", [1], "FP32", undefined, { parameters: { binary_data_size: 4 } })] },
        400,
        /0 follow/,
      ],
      [
        "tensors of another model",
        { inputs: [tensor("pixels", [1, 7], "FP32", [1, 2, 3, 4, 5, 6, 7])] },
        400,
        /pixels/,
      ],
      ["images only", { inputs: [tensor("pixels", [1, 2, 2], "FP32", [1, 2, 3, 4])] }, 422, /no rows/],
    ])("of %s is a problem that says so", async (_what, body, status, detail) => {
      const reply = await post<Problem>(path, "application/json", JSON.stringify(body));
      expect([reply.status, reply.body.detail]).toEqual([status, expect.stringMatching(detail)]);
    });
  });
});

test("a model that was deleted and declared anew is asked by its new features, whatever an isolate remembers of the old ones", async () => {
  const path = "/v1/models/anew";
  // Of two features, so that none is found by its place.
  const declare = (name: string) =>
    ask("POST", "/v1/models", {
      ...{ id: "anew", name: "Anew" },
      features: [name, "second"].map((of) => ({ name: of, type: "numeric" })),
    });
  const tell = (name: string) =>
    post<Receipt>(
      "anew/predictions/open-inference",
      "application/json",
      JSON.stringify({ inputs: [{ name, shape: [2], datatype: "FP64", data: [1, 2] }] }),
    );
  await declare("old");
  expect((await tell("old")).status).toBe(200);
  await call("DELETE", path);
  await declare("new");
  expect((await tell("new")).body.accepted).toBe(2);
  await call("DELETE", path);
  expect((await tell("other")).body).toMatchObject({ code: "model_not_found" });
});
