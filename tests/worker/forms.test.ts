import { beforeAll, describe, expect, test } from "vitest";
import type { FeatureWindows, Performance, Receipt, ReferenceSummary } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { csvOf, formsOf, gzipped, ndjsonOf, post } from "./body-forms.ts";
import { ask, call, createModel, DAY_MS, makeRows, ringAlarm, startMs } from "./model-scenario.ts";

const rows = makeRows(11, 300, startMs, DAY_MS);
const labels = rows.slice(0, 200).map(({ prediction_id, timestamp, score }, index) => ({
  prediction_id,
  label: (score as number) > ((index * 37) % 100) / 100,
  timestamp: Number(timestamp) + 1000,
  prediction_timestamp: index % 2 === 0 ? timestamp : null,
}));

async function windowsOf(id: string): Promise<FeatureWindows["windows"][]> {
  await ringAlarm(id);
  const range = `from=${startMs}&to=${startMs + DAY_MS}`;
  const features = ["amount", "channel", "score", "approved"];
  return Promise.all(
    features.map(
      async (feature) =>
        (await ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${feature}&${range}`)).windows,
    ),
  );
}

describe("predictions and their labels", () => {
  test("are the same in every form", async () => {
    await createModel("forms-json");
    const first = await call<Receipt>("POST", "/v1/models/forms-json/predictions", { batch_id: "b", rows });
    const second = await call<Receipt>("POST", "/v1/models/forms-json/labels", {
      batch_id: "b",
      rows: labels,
    });
    expect([first.status, second.status, second.body.accepted]).toEqual([200, 200, 200]);
    const windows = await windowsOf("forms-json");
    const performance = await ask<Performance>("GET", "/v1/models/forms-json/performance");
    expect(performance.windows[0].labelled).toBe(200);
    const labelForms = formsOf(labels);
    for (const [index, [form, type, body]] of formsOf(rows).entries()) {
      const id = `forms-${index}`;
      await createModel(id);
      const header = { "idempotency-key": "b" };
      const predicted = await post<Receipt>(`${id}/predictions`, type, body, header);
      expect([form, predicted.body]).toEqual([form, first.body]);
      const labelled = await post<Receipt>(`${id}/labels?batch_id=b`, type, labelForms[index][2]);
      expect([form, labelled.body]).toEqual([form, second.body]);
      expect([form, await windowsOf(id)]).toEqual([form, windows]);
      expect(await ask("GET", `/v1/models/${id}/performance`)).toEqual(performance);
      // Known again, packed or not.
      expect((await post<Receipt>(`${id}/predictions`, type, body, { "ce-id": "b" })).body).toEqual(
        first.body,
      );
      const packed = await post<Receipt>(`${id}/predictions`, type, await gzipped(body), {
        "content-encoding": "gzip",
      });
      expect([form, packed.status, packed.body.accepted]).toEqual([form, 200, 300]);
    }
  });
});

describe("a row that cannot be counted", () => {
  const good = { timestamp: "2026-02-02T10:00:00Z", amount: 1, channel: "web", score: 0.5, approved: true };
  beforeAll(async () => {
    await createModel("partly");
  });
  const codes = ({ errors }: Receipt): unknown[] =>
    errors.map(({ row, line, field, code }) => [row, line, field, code]);

  test("of NDJSON that is not UTF-8 refuses itself; a JSON body is refused whole", async () => {
    const latin = (text: string): Uint8Array<ArrayBuffer> =>
      Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const rows = [good, { ...good, channel: "café" }, good];
    const receipt = await post<Receipt>("partly/predictions", "application/x-ndjson", latin(ndjsonOf(rows)));
    expect([receipt.status, receipt.body.accepted, codes(receipt.body)]).toEqual([
      ...[200, 2],
      [[1, 2, null, "line_malformed"]],
    ]);
    const body = latin(JSON.stringify({ rows }));
    const refused = await post<Problem>("partly/predictions", "application/json", body);
    expect([refused.status, refused.body.code]).toEqual([400, "malformed_json"]);
    expect(refused.body.detail).toMatch(/UTF-8/);
  });

  test("of CSV refuses itself, with its line", async () => {
    const text = [
      "timestamp,amount,channel,score,approved,note",
      "2026-02-02T10:00:00Z,1,web,0.5,True,",
      "2026-02-02T10:00:00Z,much,web,0.5,True,",
      '2026-02-02T10:00:00Z,,"two\nlines",NaN,0,x',
      "",
      "2026-02-02T10:00:00Z,1,web,0.5,true,x,y",
      ",1,web,0.5,maybe",
      "1770026400000,1e3,app,,",
    ].join("\n");
    const { status, body } = await post<Receipt>("partly/predictions?batch_id=csv", "text/csv", text);
    expect([status, body.accepted, body.rejected, body.ignored]).toEqual([200, 3, 3, ["note"]]);
    expect(codes(body)).toEqual([
      [1, 3, "amount", "type_mismatch"],
      [3, 7, null, "too_many_fields"],
      [4, 8, "timestamp", "timestamp_missing"],
    ]);
    expect((await post("partly/predictions?batch_id=csv", "text/csv", text)).body).toEqual(body);
  });

  test("of NDJSON refuses itself, with its line", async () => {
    const lines = [
      JSON.stringify(good),
      "",
      '{"timestamp": NaN}',
      "7",
      JSON.stringify({ ...good, amount: "1" }),
    ];
    const { status, body } = await post<Receipt>(
      "partly/predictions",
      "application/x-ndjson",
      lines.join("\n"),
    );
    expect([status, body.accepted, body.rejected]).toEqual([200, 1, 3]);
    expect(codes(body)).toEqual([
      [1, 3, null, "line_malformed"],
      [2, 4, null, "not_an_object"],
      [3, 5, "amount", "type_mismatch"],
    ]);
  });

  test("of labels refuses itself, with its line", async () => {
    const text = "prediction_id,label\na,1\n,1\nb,perhaps\nc,\nd,FALSE\n";
    const { body } = await post<Receipt>("partly/labels", "text/csv", text);
    expect([body.accepted, body.rejected]).toEqual([2, 3]);
    expect(codes(body).sort()).toEqual([
      [1, 3, "prediction_id", "prediction_id_invalid"],
      [2, 4, "label", "label_invalid"],
      [3, 5, "label", "label_missing"],
    ]);
  });

  test("and no other row, is a problem that names the lines, the same on a retry", async () => {
    const send = () =>
      post<Problem>("partly/predictions?batch_id=none", "text/csv", "timestamp,amount\nx,1\n");
    const { status, body } = await send();
    expect([status, body.code, body.issues]).toEqual([
      422,
      "no_valid_rows",
      [
        {
          path: "rows[0].timestamp",
          message: "timestamp_invalid: line 2: the timestamp is neither ISO 8601 nor epoch milliseconds",
        },
      ],
    ]);
    expect((await send()).body).toEqual({ ...body, requestId: expect.any(String) as string });
  });
});

describe("a content type", () => {
  const good = rows.slice(0, 5);
  const path = "told/predictions";
  beforeAll(async () => {
    await createModel("told");
  });

  const document = JSON.stringify({ rows: good });
  const [arrow, binary] = formsOf(good).slice(-2);
  test.each<[string, string | null, BodyInit]>([
    ["JSON for NDJSON", "application/json", ndjsonOf(good)],
    ["NDJSON for JSON", "application/x-ndjson", document],
    ["NDJSON for JSON over many lines", "application/jsonl", JSON.stringify({ rows: good }, null, 2)],
    ["JSON for Arrow", "application/json", arrow[2]],
    ["nothing in particular for columns", "application/octet-stream", binary[2]],
    ["none for JSON", null, new TextEncoder().encode(document)],
    ["CSV for Arrow", "text/csv", arrow[2]],
  ])("that says %s is seen through", async (_what, type, body) => {
    const reply = await post<Receipt>(path, type, body);
    expect([reply.status, reply.body.accepted]).toEqual([200, 5]);
  });

  test("and a missing content encoding, too", async () => {
    const reply = await post<Receipt>(path, "application/json", await gzipped(document));
    expect([reply.status, reply.body.accepted]).toEqual([200, 5]);
  });

  test.each<[string, string, BodyInit, number, string, RegExp]>([
    ["CSV for JSON", "text/csv", document, 400, "malformed_table", /application\/json/],
    ["JSON for CSV", "application/json", csvOf(good), 400, "malformed_json", /text\/csv/],
    ["JSON for one row", "application/json", JSON.stringify(good[0]), 400, "invalid_body", /"rows"/],
    ["JSON with NaN", "application/json", '{"rows":[{"amount":NaN}]}', 400, "malformed_json", /null/],
    [
      "a form",
      "application/x-www-form-urlencoded",
      document,
      415,
      "unsupported_media_type",
      /application\/json/,
    ],
    ["CSV for Parquet", "text/csv", "PAR1....PAR1", 415, "unsupported_media_type", /Arrow/],
    ["CSV for words", "text/csv", "hello\nworld\n", 400, "malformed_table", /names of the columns/],
    ["CSV for nothing", "text/csv", "", 400, "malformed_table", /empty/],
    ["CSV with an open quote", "text/csv", 'amount\n1\n"2\n', 400, "malformed_table", /line 3/],
    ["CSV with a column twice", "text/csv", "amount,amount\n1,2\n", 400, "malformed_table", /twice/],
    ["CSV in no encoding", "text/csv; charset=klingon", "amount\n1\n", 400, "malformed_table", /klingon/],
    ["CSV without rows", "text/csv", "timestamp,amount\n", 422, "no_valid_rows", /no rows/],
    ["NDJSON without rows", "application/x-ndjson", "\n\n", 422, "no_valid_rows", /no rows/],
  ])("that says %s is told what to do", async (_what, type, body, status, code, detail) => {
    const reply = await post<Problem>(path, type, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(reply.body.detail).toMatch(detail);
  });

  test("with too many lines is refused", async () => {
    for (const [type, body] of [
      ["text/csv", `amount\n${"1\n".repeat(20_001)}`],
      ["application/x-ndjson", "{}\n".repeat(20_001)],
    ])
      expect((await post<Problem>(path, type, body)).body.code).toBe("too_many_rows");
  });
});

describe("a reference", () => {
  test("has the same id in every form", async () => {
    await createModel("profiled");
    const known = makeRows(3, 500, startMs - 28 * DAY_MS, 28 * DAY_MS).map(
      ({ prediction_id: _, ...row }) => row,
    );
    const { id } = await ask<ReferenceSummary>("POST", "/v1/models/profiled/references", { rows: known });
    for (const [form, type, body] of formsOf(known)) {
      const reply = await post<ReferenceSummary>("profiled/references", type, body);
      expect([form, reply.status, reply.body.id]).toEqual([form, 201, id]);
    }
  });

  test("with a bad line is refused, and the line named", async () => {
    const { status, body } = await post<Problem>("profiled/references", "text/csv", "amount\n1\nx\n");
    expect([status, body.code, body.issues?.[0].message]).toEqual([
      422,
      "reference_invalid",
      "type_mismatch: line 3: the value is not of the feature's type",
    ]);
  });
});
