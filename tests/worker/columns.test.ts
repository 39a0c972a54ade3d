import { tableFromArrays, tableToIPC, float64, bool, dictionary, timestamp, utf8 } from "@uwdata/flechette";
import { env, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { FeatureWindows, Receipt } from "#core/domain/api.ts";
import { arrowFileType, arrowStreamType } from "#core/formats/arrow.ts";
import { binaryColumnsType, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import { ask, call, createModel, DAY_MS, makeRows, ringAlarm, type Row, startMs } from "./model-scenario.ts";

const rows = makeRows(7, 300, startMs, DAY_MS);
const column = (name: keyof Row): unknown[] => rows.map((row) => row[name] ?? null);
const times = Float64Array.from(rows, (row) => Number(row.timestamp));

/** Strings as codes and their dictionary. */
function coded(values: unknown[]): { values: Int32Array; dictionary: string[] } {
  const names = [...new Set(values)].map(String);
  return { values: Int32Array.from(values, (value) => names.indexOf(String(value))), dictionary: names };
}

function binary(amounts: unknown[] = column("amount")): Uint8Array<ArrayBuffer> {
  return writeBinaryColumns(rows.length, [
    { name: "prediction_id", type: "category", ...coded(column("prediction_id")) },
    { name: "timestamp", type: "timestamp", values: times },
    {
      name: "amount",
      type: "f64",
      values: Float64Array.from(amounts, (value) => (value === null ? NaN : Number(value))),
    },
    { name: "channel", type: "category", ...coded(column("channel")) },
    { name: "score", type: "f64", values: Float64Array.from(column("score"), Number) },
    { name: "approved", type: "bool", values: Uint8Array.from(column("approved"), Number) },
    { name: "extra", type: "i32", values: new Int32Array(rows.length) },
  ]);
}

function arrow(format: "stream" | "file"): Uint8Array<ArrayBuffer> {
  const types = {
    ...{ prediction_id: utf8(), timestamp: timestamp(2), amount: float64(), channel: dictionary(utf8()) },
    ...{ score: float64(), approved: bool(), extra: utf8() },
  };
  const names = Object.keys(types) as (keyof Row)[];
  const table = tableFromArrays(
    Object.fromEntries(names.map((name) => [name, name === "timestamp" ? Array.from(times) : column(name)])),
    { types },
  );
  return new Uint8Array(tableToIPC(table, { format }) ?? []);
}

async function send(id: string, type: string, body: BodyInit, headers: Record<string, string> = {}) {
  const reply = await SELF.fetch(`http://127.0.0.1:4280/v1/models/${id}/predictions`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.MDT_OWNER_SECRET}`, "content-type": type, ...headers },
    body,
  });
  return { status: reply.status, body: (await reply.json()) as Receipt & { code?: string } };
}

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

describe("raw columns", () => {
  beforeAll(async () => {
    for (const id of ["json", "binary", "stream", "file", "raw"]) await createModel(id);
  });

  test("are counted exactly like the same rows as JSON, in every format", async () => {
    const extra = rows.map((row) => ({ ...row, extra: 1 }));
    const reply = await call<Receipt>("POST", "/v1/models/json/predictions", {
      batch_id: "one",
      rows: extra,
    });
    const bodies: [string, string, BodyInit][] = [
      ["binary", binaryColumnsType, binary()],
      ["stream", arrowStreamType, arrow("stream")],
      ["file", `${arrowFileType}; charset=binary`, arrow("file")],
    ];
    const expected = await windowsOf("json");
    expect(expected[0].length).toBeGreaterThan(0);
    for (const [id, type, body] of bodies) {
      const received = await send(id, type, body, { "idempotency-key": "one" });
      expect([received.status, received.body]).toEqual([200, reply.body]);
      expect(await windowsOf(id)).toEqual(expected);
    }
  });

  test("are known again by their header, and another body under it is refused", async () => {
    const key = { "idempotency-key": "again" };
    const first = await send("raw", binaryColumnsType, binary(), key);
    expect((await send("raw", binaryColumnsType, binary(), key)).body).toEqual(first.body);
    const other = binary(rows.map(() => 1));
    expect((await send("raw", binaryColumnsType, other, key)).body.code).toBe("batch_id_reused");
  });

  test("may be compressed", async () => {
    const stream = new Blob([binary()]).stream().pipeThrough(new CompressionStream("gzip"));
    const body = await new Response(stream).arrayBuffer();
    expect((await send("raw", binaryColumnsType, body, { "content-encoding": "gzip" })).body.accepted).toBe(
      300,
    );
  });

  test("of the wrong type refuse the rows that have a value there", async () => {
    const values = Int32Array.from(rows, (_, row) => (row < 3 ? 0 : -1));
    const body = writeBinaryColumns(rows.length, [
      { name: "timestamp", type: "timestamp", values: times },
      { name: "amount", type: "category", values, dictionary: ["much"] },
    ]);
    const { body: receipt } = await send("raw", binaryColumnsType, body);
    expect([receipt.accepted, receipt.rejected]).toEqual([297, 3]);
    expect(receipt.errors.map(({ row, field, code }) => [row, field, code])).toEqual(
      [0, 1, 2].map((row) => [row, "amount", "type_mismatch"]),
    );
  });

  test.each<[string, string, BodyInit, number, string]>([
    ["no columns", binaryColumnsType, "{}", 400, "malformed_columns"],
    ["cut columns", binaryColumnsType, binary().slice(0, 900), 400, "malformed_columns"],
    ["no Arrow", arrowStreamType, "hello, hello, hello", 400, "malformed_columns"],
    ["cut Arrow", arrowStreamType, arrow("stream").slice(0, 700), 400, "malformed_columns"],
    ["no rows", binaryColumnsType, writeBinaryColumns(0, []), 422, "no_valid_rows"],
    [
      "too many rows",
      binaryColumnsType,
      writeBinaryColumns(20_001, [{ name: "amount", type: "bool", values: new Uint8Array(20_001) }]),
      413,
      "too_many_rows",
    ],
  ])("with %s are a problem with a code", async (_what, type, body, status, code) => {
    const reply = await send("raw", type, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });
});
