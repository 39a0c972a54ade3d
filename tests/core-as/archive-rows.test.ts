/** Archived rows as files: what is written comes back, to the bit, whatever the rows hold. */
import { tableFromIPC } from "@uwdata/flechette";
import fc from "fast-check";
import { parquetMetadata } from "hyparquet";
import { describe, expect, test } from "vitest";
import { archiveColumns } from "#core/domain/archive.ts";
import { labelJoin } from "#core/domain/archive-labels.ts";
import { type Column, type Columns, selectRows } from "#core/domain/columns.ts";
import { hashedValue } from "#core/domain/erasures.ts";
import { allocateLog, type IdLog, latestWins, sortLog } from "#core/domain/id-log.ts";
import { ModelInput } from "#core/domain/model.ts";
import { concatenateRows, sortedByTime, toArchived } from "#core/formats/archive/archived-rows.ts";
import { arrowStream, rowsFromArrow, rowsToArrow } from "#core/formats/archive/rows-arrow.ts";
import { parquetStream, rowsFromParquet, rowsToParquet } from "#core/formats/archive/rows-parquet.ts";

const model = ModelInput.parse({
  id: "m",
  name: "M",
  features: [
    { name: "amount", type: "numeric" },
    { name: "channel", type: "categorical" },
    { name: "approved", type: "boolean", role: "prediction" },
    { name: "version", type: "categorical" },
  ],
  archive: { subject: "customer" },
});
const schema = archiveColumns(model);

const text = fc.option(fc.oneof(fc.constantFrom("", "web", "é–😀", "a\u0000b"), fc.string({ maxLength: 5 })));
const row = fc.record({
  timeMs: fc.integer({ min: -1e12, max: 4e12 }),
  id: text,
  amount: fc.option(fc.oneof(fc.double(), fc.constantFrom(-0, Infinity, -Infinity, Number.MIN_VALUE)), {
    nil: NaN,
  }),
  channel: text,
  approved: fc.option(fc.boolean()),
  customer: text,
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const coded = (texts: (string | null)[]) => {
  const dictionary = [...new Set(texts.filter((one) => one !== null))];
  const codes = Int32Array.from(texts, (one) => (one === null ? -1 : dictionary.indexOf(one)));
  return { kind: "categorical" as const, codes, dictionary };
};

function archived(rows: readonly Row[], version: string | null = "v1"): Columns {
  const columns: Columns = {
    rows: rows.length,
    timesMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
    columns: new Map<string, Column>([
      ["amount", { kind: "numeric" as const, values: Float64Array.from(rows, ({ amount }) => amount) }],
      ["channel", coded(rows.map(({ channel }) => channel))],
      ["approved", coded(rows.map(({ approved }) => (approved === null ? null : String(approved))))],
      ["customer", coded(rows.map(({ customer }) => customer))],
    ]),
  };
  return toArchived(model, { columns, predictionIds: rows.map(({ id }) => id), version });
}

/** Value by value, with nothing of how it is stored. */
function plain({ rows, timesMs, columns }: Columns): unknown[] {
  return Array.from({ length: rows }, (_, at) => [
    timesMs?.[at],
    ...Array.from(columns, ([name, column]) => [
      name,
      column.kind === "numeric" ? column.values[at] : (column.dictionary[column.codes[at]] ?? null),
    ]),
  ]);
}

async function fromParquet(
  bytes: Uint8Array<ArrayBuffer>,
  wanted?: (name: string) => boolean,
): Promise<Columns[]> {
  const parts: Columns[] = [];
  for await (const part of rowsFromParquet(schema, "a file", bytes, wanted)) parts.push(part);
  return parts;
}

describe("archived rows", () => {
  test("have the model's features with their types, and columns of their own that no feature covers", () => {
    expect(schema.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...["prediction_id text", "timestamp time", "_version text", "customer text"],
      ...[
        "amount number",
        "channel text",
        "approved flag",
        "version text",
        "label flag",
        "label_timestamp time",
      ],
    ]);
  });

  test("come back from Arrow as they were, and the same rows are the same bytes", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const given = archived(rows);
        const bytes = rowsToArrow(schema, given);
        expect(plain(rowsFromArrow(schema, bytes))).toEqual(plain(given));
        expect(rowsToArrow(schema, archived(rows))).toEqual(bytes);
      }),
      { numRuns: 40 },
    );
  });

  test("come back from Parquet as they were, in as many row groups as it takes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const given = archived(rows, null);
        const [back, ...more] = await fromParquet(rowsToParquet(schema, given));
        expect(more).toEqual([]);
        expect(plain(back)).toEqual(plain(given));
      }),
      { numRuns: 40 },
    );
    const many = archived(
      Array.from({ length: 12 }, (_, n) => ({
        ...{ timeMs: n, id: `p-${n}`, amount: n % 7 === 0 ? NaN : n, channel: "web" },
        ...{ approved: null, customer: null },
      })),
    );
    const stream = parquetStream(schema, 5);
    stream.write(many);
    stream.finish();
    const bytes = stream.take();
    const parts = await fromParquet(bytes);
    expect(parts.map(({ rows }) => rows)).toEqual([5, 5, 2]);
    expect(plain(concatenateRows(schema, parts))).toEqual(plain(many));
    expect(parquetMetadata(bytes.buffer).num_rows).toBe(12n);
  });

  test("are read from Parquet by the columns that are wanted", async () => {
    const given = archived([
      { timeMs: 5, id: "a", amount: 1, channel: "web", approved: true, customer: "c" },
    ]);
    const [back] = await fromParquet(rowsToParquet(schema, given), (name) => name === "customer");
    expect(plain(back)[0]).toContainEqual(["customer", "c"]);
    expect(plain(back)[0]).toContainEqual(["amount", NaN]);
  });

  test("leave nothing behind of rows that are not theirs", () => {
    const rows = ["kept", "secret"].map((word, n) => ({
      ...{ timeMs: n, id: `id-${word}`, amount: 1, channel: word, approved: true, customer: word },
    }));
    const bytes = rowsToArrow(schema, selectRows(archived(rows), Int32Array.of(0)));
    const raw = new TextDecoder("latin1").decode(bytes);
    expect(raw).toContain("kept");
    expect(raw).not.toContain("secret");
  });

  test("of several files are one table in the order of time, ties as they came", () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 8 }), { minLength: 1, maxLength: 4 }), (files) => {
        const one = sortedByTime(
          concatenateRows(
            schema,
            files.map((rows) => archived(rows)),
          ),
        );
        const expected = files
          .flatMap((rows) => plain(archived(rows)) as [number][])
          .sort((a, b) => a[0] - b[0]);
        expect(plain(one)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test("stream as record batches of one Arrow stream", () => {
    const lots = [1, 3, 2].map((rows, lot) =>
      archived(
        Array.from({ length: rows }, (_, n) => ({
          ...{ timeMs: lot * 10 + n, id: `${lot}-${n}`, amount: n === 1 ? NaN : n, channel: `c${lot}` },
          ...{ approved: n === 0, customer: null },
        })),
      ),
    );
    const stream = arrowStream(schema);
    const pieces = [stream.head, ...lots.map((lot) => stream.batch(lot)), stream.end];
    const table = tableFromIPC(new Uint8Array(pieces.flatMap((piece) => [...piece])));
    expect(table.numRows).toBe(6);
    expect(table.getChild("channel").toArray()).toEqual(["c0", "c1", "c1", "c1", "c2", "c2"]);
    expect(table.getChild("amount").at(2)).toBeNull();
    expect(tableFromIPC(new Uint8Array([...stream.head, ...stream.end])).numRows).toBe(0);
  });

  test("stream as one Parquet file whose pieces are taken on the way", async () => {
    const stream = parquetStream(schema);
    const pieces: number[] = [];
    for (const lot of [0, 1, 2]) {
      stream.write(
        archived([{ timeMs: lot, id: `${lot}`, amount: lot, channel: "x", approved: null, customer: "c" }]),
      );
      pieces.push(...stream.take());
    }
    stream.finish();
    const parts = await fromParquet(new Uint8Array([...pieces, ...stream.take()]));
    expect(parts.map(({ rows, timesMs }) => [rows, timesMs?.[0]])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
  });
});

describe("labels beside archived rows", () => {
  const answers = { binary: ["false", "true"], multiclass: ["cat", "dog", "eel"], regression: [-1.5, 0, 7] };
  const known = fc.record({ id: fc.constantFrom("a", "b", "c"), timeMs: fc.nat(3), answer: fc.nat(2) });

  /** As the model's object keeps them. */
  const logOf = (labels: readonly { id: string; timeMs: number; label: number }[]): IdLog => {
    const log = allocateLog(labels.length, 3);
    labels.forEach(({ id, timeMs, label }, entry) => {
      const { hi, lo } = hashedValue(id);
      [log.hi[entry], log.lo[entry]] = [hi, lo];
      log.values.set([timeMs, label, 1], entry * 3);
    });
    return sortLog(log, latestWins);
  };

  // Every task writes its labels in another way; the last by time wins however they are cut into logs, and after a first join too.
  test.each(["binary", "multiclass", "regression"] as const)("of a %s model are the last by time", (task) => {
    const labelled = ModelInput.parse({
      ...{ id: "m", name: "M", task, features: [{ name: "amount", type: "numeric" }], archive: {} },
      ...(task === "multiclass" ? { classes: answers.multiclass } : {}),
    });
    const ids = ["a", "b", "a", null];
    const columns = { rows: 4, timesMs: Float64Array.of(1, 2, 3, 4), columns: new Map<string, Column>() };
    const numberOf = (answer: number): number =>
      task === "regression" ? answers.regression[answer] : answer % answers[task].length;
    fc.assert(
      fc.property(fc.array(known, { maxLength: 12 }), fc.nat(12), fc.nat(12), (labels, cut, again) => {
        const all = labels.map(({ answer, ...one }) => ({ ...one, label: numberOf(answer) }));
        const join = (rows: Columns, logs: IdLog[]): Columns => {
          const joined = labelJoin(labelled, rows);
          for (const log of logs) joined.add(log);
          return joined.finish().rows;
        };
        const first = toArchived(labelled, { columns, predictionIds: ids, version: null });
        const logs = [all.slice(0, cut), all.slice(cut)].map(logOf);
        const rows = join(join(first, logs), [logOf(all.slice(again))]);
        const expected = ids.map((id) => {
          const own = all
            .filter((one) => one.id === id)
            .sort((a, b) => a.timeMs - b.timeMs || a.label - b.label);
          const last = own.at(-1);
          if (last === undefined) return [null, NaN];
          return [task === "regression" ? last.label : answers[task][last.label], last.timeMs];
        });
        const seen = plain(rows).map((row) => {
          const cells = new Map((row as [number, ...[string, unknown][]]).slice(1) as [string, unknown][]);
          const label = cells.get("label");
          return [
            typeof label === "number" && Number.isNaN(label) ? null : label,
            cells.get("label_timestamp"),
          ];
        });
        expect(seen).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
