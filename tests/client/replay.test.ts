/** What a replay sends: the platform's own rules for rows, batches that are the same however a file is read, and every row once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Receipt } from "#core/domain/api.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { ModelInput } from "#core/domain/model.ts";
import { readBinaryColumns } from "#core/formats/binary-columns.ts";
import { openTable } from "#core/formats/tables/open-table.ts";
import { sourceOf } from "./sources.ts";
import { ApiError, type Client } from "../../client/http.ts";
import { askedOf, cutOf, fieldsFor, settingsOf } from "../../client/command/replay/asked.ts";
import { parsed } from "../../client/command/arguments.ts";
import { replayKinds } from "../../client/command/replay/help.ts";
import { inOrder } from "../../client/command/replay/order.ts";
import { replayRows } from "../../client/command/replay/run.ts";
import { scanTimes } from "../../client/command/replay/scan.ts";
import { batchesOf } from "../../client/command/rows/batches.ts";
import { readRows, type RowPart } from "../../client/command/rows/read-rows.ts";
import { predictionsBody } from "../../client/command/rows/bodies.ts";
import { nothingSent, type Sendable, type Sending, sendRows } from "../../client/command/rows/send-rows.ts";
import { cutRows, joinRows, type TimedRows } from "../../client/command/rows/timed-rows.ts";

const model = ModelInput.parse({
  ...{ id: "m", name: "m", clock: "replay" },
  features: [
    { name: "x", type: "numeric" },
    { name: "plan", type: "categorical" },
    { name: "said", type: "boolean", role: "prediction" },
  ],
});

const plan = {
  ...{ model, positive: null, fromMs: -Infinity, toMs: Infinity, spread: null, madeIds: null },
  fields: new Map(["timestamp", "x", "plan", "said", "label"].map((name) => [name, name])),
};

async function read(text: string, name?: string, more: Partial<typeof plan> = {}): Promise<RowPart[]> {
  const table = await openTable(sourceOf(text, name));
  const parts: RowPart[] = [];
  for await (const part of readRows(table, table.chunks(table.names.map(() => true)), { ...plan, ...more }))
    parts.push(part);
  return parts;
}

describe("rows of a file", () => {
  it("are refused by the platform's rules, each with its line", async () => {
    const [{ rows, refused }] = await read(
      'timestamp,x,plan,said,label\n2026-01-05T00:00:00Z,1.5,"two\nlines",true,1\n\n2026-01-05T00:01:00Z,many,a,no,0\n' +
        ",2,a,,\n1767571320,NA,NA,YES,maybe\n",
    );
    expect(refused.rows.map(({ line, row, field, code }) => [line, row, field, code])).toEqual([
      [5, 1, "x", "type_mismatch"],
      [6, 2, "timestamp", "timestamp_missing"],
    ]);
    expect(refused.count).toBe(2);
    expect(refused.labels).toMatchObject([{ line: 7, row: 3, code: "label_invalid" }]);
    expect([...rows.columns.timesMs]).toEqual([1767571200000, 1767571320000]);
    expect(rows.columns.columns.get("x")).toMatchObject({ values: Float64Array.of(1.5, NaN) });
    expect(rows.columns.columns.get("plan")).toMatchObject({
      codes: Int32Array.of(0, -1),
      dictionary: ["two\nlines"],
    });
    expect(rows.columns.columns.get("said")).toMatchObject({ codes: Int32Array.of(1, 1) });
    expect(rows.labels).toEqual(Float64Array.of(1, NaN));
    expect([...rows.lines]).toEqual([2, 7]);
  });

  it("mean the same as lines of JSON, and in a stretch of time only those in it", async () => {
    const lines = [
      { timestamp: "2026-01-05", x: 1, plan: 7, said: 1, label: false },
      { timestamp: 1767657600000, x: "2.5", plan: "b", said: "false" },
      { timestamp: "2026-01-07T00:00:00Z", x: null, plan: null, said: null, label: true },
    ];
    const [{ rows, passedOver }] = await read(
      lines.map((line) => JSON.stringify(line)).join("\n"),
      "rows.ndjson",
      {
        fromMs: Date.UTC(2026, 0, 6),
        toMs: Date.UTC(2026, 0, 7),
      },
    );
    expect(passedOver).toBe(2);
    expect(rows.columns.columns.get("x")).toMatchObject({ values: Float64Array.of(2.5) });
    expect([rows.lines[0], rows.rows[0]]).toEqual([2, 1]);
    const [{ rows: all }] = await read(lines.map((line) => JSON.stringify(line)).join("\n"), "rows.ndjson");
    expect(all.columns.columns.get("plan")).toMatchObject({ dictionary: ["7", "b"] });
  });

  it("read the positive value, ids made for labels, and times that are made", async () => {
    const [{ rows }] = await read("x,plan,said,label\n1,a,UP,DOWN\n2,b,DOWN,UP\n", "rows.csv", {
      positive: "UP",
      madeIds: "f00d",
      spread: { startMs: DAY_MS, everyMs: 60_000 },
      fields: new Map(["x", "plan", "said", "label"].map((name) => [name, name])),
    } as object);
    expect(rows.ids).toEqual(["f00d-0", "f00d-1"]);
    expect([...rows.columns.timesMs]).toEqual([DAY_MS, DAY_MS + 60_000]);
    expect(rows.labels).toEqual(Float64Array.of(0, 1));
    expect(rows.columns.columns.get("said")).toMatchObject({ codes: Int32Array.of(1, 0) });
  });
});

/** Rows at the given times, each with its number as its only value. */
function rowsAt(times: readonly number[], labels = true): TimedRows {
  const numbers = Float64Array.from(times.keys());
  return {
    columns: {
      rows: times.length,
      timesMs: Float64Array.from(times),
      columns: new Map([
        ["x", { kind: "numeric", values: numbers }],
        [
          "plan",
          {
            kind: "categorical",
            codes: Int32Array.from(times, (_, i) => (i % 3) - 1),
            dictionary: ["p", "q"],
          },
        ],
      ]),
    },
    ids: times.map((_, i) => `id-${i}`),
    labels: labels ? Float64Array.from(times, (_, i) => i % 2) : null,
    rows: Int32Array.from(times.keys()),
    lines: Int32Array.from(times.keys()),
  };
}

/** The same rows in parts that end anywhere. */
function partsOf(rows: TimedRows, cuts: readonly number[]): TimedRows[] {
  const total = rows.columns.rows;
  const ends = [...new Set(cuts.map((cut) => cut % (total + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, i) => cutRows(rows, from, [...ends, total][i]));
}

const ascending = fc
  .array(fc.nat(20), { minLength: 1, maxLength: 60 })
  .map((gaps) => gaps.map((_, i) => gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0)));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("batches", () => {
  it("do not depend on the parts that a file is read in, and hold every row once", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[
          ascending,
          fc.array(fc.nat(1000)),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 50 }),
        ],
        async (times, cuts, rows, spanMs) => {
          const whole = rowsAt(times);
          const [one, other] = await Promise.all(
            [[whole], partsOf(whole, cuts)].map((parts) => all(batchesOf(parts, { rows, spanMs }))),
          );
          const shape = (batches: typeof one): unknown[] =>
            batches.map(({ first, rows: { columns, ids, labels } }) => [
              first,
              [...columns.timesMs],
              ids,
              labels,
            ]);
          expect(shape(other)).toEqual(shape(one));
          expect(joinRows(one.map((batch) => batch.rows)).ids).toEqual(whole.ids);
          for (const { rows: part } of one) {
            expect(part.columns.rows).toBeLessThanOrEqual(rows);
            const grid = new Set(Array.from(part.columns.timesMs, (time) => Math.floor(time / spanMs)));
            expect(grid.size).toBe(1);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("come from rows in order, those of one time as they stood", async () => {
    const parts = partsOf(rowsAt([5, 3, 3, 9, 1, 3]), [2, 4]);
    async function* stream(): AsyncGenerator<TimedRows> {
      yield* parts;
    }
    const [ordered] = await all(inOrder(stream()));
    expect(ordered.ids).toEqual(["id-4", "id-1", "id-2", "id-5", "id-0", "id-3"]);
  });

  it("are as wide as a request may be, and a window long", () => {
    const wide = {
      features: Array.from({ length: 1000 }, (_, i) => ({ ...model.features[0], name: `f${i}` })),
    };
    expect(cutOf({ rows: null, speed: null }, { ...wide, windowMs: DAY_MS }).rows).toBe(186);
    expect(cutOf({ rows: null, speed: null }, model)).toEqual({ rows: 5000, spanMs: DAY_MS });
    expect(cutOf({ rows: 7, speed: 60 }, { ...model, windowMs: 7 * DAY_MS })).toEqual({
      rows: 7,
      spanMs: 60_000,
    });
  });
});

describe("a replay", () => {
  /** Takes batches once by their id, as the platform does, and is gone after so many requests. */
  function platform(): {
    client: Client;
    rows: string[];
    labels: Map<string, number>;
    leaves: (after: number) => void;
  } {
    const taken = new Map<string, string>();
    const rows: string[] = [];
    const labels = new Map<string, number>();
    let left = Infinity;
    const upload = async (path: string, bytes: Uint8Array): Promise<Receipt> => {
      await new Promise((resolve) => setImmediate(resolve));
      if (left-- <= 0) throw new Error("gone");
      const url = new URL(path, "http://platform");
      const [kind, id] = [url.pathname.split("/")[4], url.searchParams.get("batch_id") ?? ""];
      const body = [...bytes].join();
      const known = taken.get(`${kind} ${id}`);
      expect(known ?? body).toBe(body); // another body under the same id is refused
      const { columns, rows: count } = readBinaryColumns(bytes);
      const ids = columns.get("prediction_id");
      const label = columns.get("label");
      if (known === undefined && ids?.kind === "categorical") {
        const texts = [...ids.codes].map((code) => ids.dictionary[code]);
        if (kind === "predictions") rows.push(...texts);
        else
          texts.forEach((text, i) =>
            labels.set(
              text,
              label?.kind === "categorical" ? Number(label.dictionary[label.codes[i]] === "true") : NaN,
            ),
          );
      }
      taken.set(`${kind} ${id}`, body);
      // The answer may be lost after the rows were taken.
      if (left-- <= 0) throw new Error("gone");
      return {
        batchId: id,
        deduplicated: true,
        accepted: count,
        rejected: 0,
        errors: [],
        late: 0,
        ignored: [],
      };
    };
    const client = { upload } as unknown as Client;
    return { client, rows, labels, leaves: (after) => void (left = after) };
  }

  it("sends every row and label once, wherever it is cut off and however often", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[ascending, fc.array(fc.nat(12), { maxLength: 5 }), fc.nat(60), fc.integer({ min: 1, max: 4 })],
        async (times, cuts, labelDelayMs, most) => {
          const whole = rowsAt(times);
          const { client, rows, labels, leaves } = platform();
          let place = { rows: 0, labels: 0 };
          const run = async (): Promise<void> => {
            async function* parts(): AsyncGenerator<TimedRows> {
              yield whole;
            }
            const sending = { client, model: "m", version: null };
            await replayRows({
              ...{ model: { ...model, latenessMs: 30 }, parts: parts(), fields: new Set(["x", "plan"]) },
              ...{ labelDelayMs, idPrefix: "r", cut: { rows: 4, spanMs: 40 }, from: place, most },
              predictions: { ...sending, kind: "predictions", total: nothingSent() },
              labels: { ...sending, kind: "labels", total: nothingSent() },
              onDone: (now) => Promise.resolve(void (place = now)),
            });
          };
          for (const after of cuts) {
            leaves(after);
            await run().catch((error: Error) => expect(error.message).toBe("gone"));
          }
          leaves(Infinity);
          await run();
          expect([...rows].sort()).toEqual([...whole.ids].sort());
          expect([...labels].sort()).toEqual(whole.ids.map((id, i) => [id, i % 2]).sort());
          expect(place).toEqual({ rows: times.length, labels: times.length });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a batch that is not taken as it is", () => {
  const rows = rowsAt([...Array(40).keys()]);
  const sendable = (some: TimedRows): Sendable => ({
    rows: some.columns.rows,
    bytes: () => predictionsBody(some, new Set(["x"])),
    placeOf: (row) => ({ row: some.rows[row], line: some.lines[row] + 2 }),
    half: (from, to) => sendable(cutRows(some, from, to)),
  });
  const sending = (upload: Client["upload"]): Sending => ({
    ...{ client: { upload } as unknown as Client, model: "m", kind: "predictions", version: "7" },
    total: nothingSent(),
  });

  it("goes in halves where it is too large, each under an id of its own", async () => {
    const taken = new Map<string, number>();
    const upload = (path: string, bytes: Uint8Array): Promise<never> => {
      const { rows: count } = readBinaryColumns(bytes);
      if (count > 12) return Promise.reject(new ApiError(413, "body_too_large", "too large"));
      const query = new URL(path, "http://platform").searchParams;
      expect(query.get("version")).toBe("7");
      taken.set(query.get("batch_id") ?? "", count);
      return Promise.resolve({ accepted: count, rejected: 0, late: 0, errors: [] } as never);
    };
    const to = sending(upload);
    await sendRows(to, sendable(rows), "b");
    expect(to.total.accepted).toBe(40);
    expect([...taken.values()]).toEqual([10, 10, 10, 10]);
    await expect(sendRows(to, sendable(cutRows(rows, 0, 20)), "c")).resolves.toBeUndefined();
    expect(taken.size).toBe(6);
  });

  it("names its rows where none of them is taken", async () => {
    const issues = [{ path: "rows[3].x", message: "type_mismatch: the value is not of the feature's type" }];
    const to = sending(() => Promise.reject(new ApiError(422, "no_valid_rows", "none", issues)));
    await sendRows(to, sendable(rows), "b");
    expect(to.total.refused.count).toBe(40);
    expect(to.total.refused.first).toEqual([
      {
        row: 3,
        line: 5,
        field: "x",
        code: "type_mismatch",
        message: "the value is not of the feature's type",
      },
    ]);
    // What is no answer about rows is the caller's.
    const forbidden = sending(() => Promise.reject(new ApiError(403, "forbidden", "no")));
    await expect(sendRows(forbidden, sendable(rows), "b")).rejects.toThrow("no");
  });
});

describe("what a replay is known by", () => {
  const asked = (...args: string[]): ReturnType<typeof askedOf> => askedOf(parsed(args, replayKinds, 1));

  it("changes with what is sent, and not with how", () => {
    const fields = new Map([["x", "x"]]);
    const key = (...args: string[]): string => settingsOf(asked(...args), fields);
    for (const same of [["--speed", "60x"], ["--rows", "10"], ["--in-flight", "2"], ["--again"]])
      expect(key(...same)).toBe(key());
    for (const other of [
      ["--from", "2026-01-05"],
      ["--label-delay", "1d"],
      ["--version", "2"],
      ["--positive", "UP"],
    ])
      expect(key(...other)).not.toBe(key());
  });

  it("finds the column of times, and asks for features that the file does not have", async () => {
    const lines = Array.from(
      { length: 30 },
      (_, i) => `2026-01-${String(1 + (i % 28)).padStart(2, "0")},${i / 7},a,true`,
    );
    const source = sourceOf(`when,x,plan,said\n${lines.join("\n")}\n`);
    expect((await fieldsFor(asked(), model, source)).get("timestamp")).toBe("when");
    await expect(fieldsFor(asked(), model, sourceOf("when,plan,said\n2026-01-01,a,true\n"))).rejects.toThrow(
      /no column for "x"/,
    );
    expect(
      (await fieldsFor(asked("--column", "x=X"), model, sourceOf("timestamp,X,plan,said\n1,2,a,1\n"))).get(
        "x",
      ),
    ).toBe("X");
    const scan = await scanTimes(source, {}, "when", { fromMs: -Infinity, toMs: Date.UTC(2026, 0, 28) });
    expect(scan).toMatchObject({ rows: 30, timed: 29, disorderMs: 26 * DAY_MS });
  });
});
