import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimestamp } from "#core/formats/timestamp.ts";
import type { CalendarPeriod } from "#core/methods/chunking/calendar.ts";
import { whole } from "#core/methods/chunking/by-rows.ts";
import type { Chunk, Chunked, Rows } from "#core/methods/chunking/chunk.ts";
import { type Chunking, cutIntoChunks, inChunkOrder } from "#core/methods/chunking/chunking.ts";
import { present, readPeer, readTable } from "./reference-data.ts";

interface PeerChunk {
  key: string;
  chunk_index?: number;
  start_index?: number;
  end_index?: number;
  start_date?: string | null;
  end_date?: string | null;
  period?: string;
}

const keysOf = ({ chunks }: Chunked): string[] => chunks.map(({ key }) => key);
const rows = (count: number): Rows => ({ rows: count });
const timed = (texts: string[]): Rows => ({
  rows: texts.length,
  timesMs: Float64Array.from(texts, parseTimestamp),
});

/** The peer's chunk and ours; pandas writes the end of a period as its last nanosecond. */
function agrees(ours: Chunk, peer: PeerChunk, periods: boolean): void {
  expect(ours.key).toBe(peer.key);
  if (peer.chunk_index !== undefined) expect(ours.index).toBe(peer.chunk_index);
  if (peer.start_index !== undefined)
    expect([ours.start, ours.end - 1]).toEqual([peer.start_index, peer.end_index]);
  if (!peer.start_date || !peer.end_date) return;
  expect(ours.startMs).toBe(parseTimestamp(peer.start_date));
  // Published to the microsecond; our times are whole milliseconds.
  expect(periods ? ours.endMs! - 1 : ours.endMs).toBe(parseTimestamp(peer.end_date));
}

interface Published {
  dataset: string;
  config: { chunking?: unknown };
  tables: { chunk?: PeerChunk }[][];
}

/** Every published table with chunks: how its rows were cut, and whether its dates are known. */
const published: [string, Chunking, { dated: boolean }][] = [
  ["cbpe_standard_binary", { by: "size", size: 5000 }, { dated: true }],
  ["compare_estimated_realized", { by: "size", size: 5000 }, { dated: true }],
  ["missing_values", { by: "count", count: 10 }, { dated: false }],
  ["pca_reconstruction", { by: "size", size: 5000 }, { dated: true }],
  ["realized_regression", { by: "size", size: 6000 }, { dated: true }],
  ["realized_standard_binary", { by: "size", size: 5000 }, { dated: true }],
  ["stats_avg", { by: "count", count: 10 }, { dated: false }],
  ["stats_std", { by: "count", count: 10 }, { dated: false }],
  ["stats_count", { by: "calendar", period: "month" }, { dated: true }],
  ["thresholds_cbpe_f1", { by: "size", size: 5000 }, { dated: false }],
  ["univariate_debt_to_income_ratio", { by: "count", count: 10 }, { dated: true }],
];

function tableRows(dataset: string, period: string, dated: boolean): Rows {
  const table = readTable(`${dataset}_${period}`);
  const count = [...table.values()][0].length;
  return dated ? timed(table.get("timestamp")!) : rows(count);
}

describe("chunks that NannyML publishes", () => {
  it.runIf(present).each(published)("of %s", (name, chunking, { dated }) => {
    const { dataset, tables } = readPeer<Published>(name);
    let compared = 0;
    for (const row of tables.flat()) {
      if (!row.chunk) continue;
      const period = row.chunk.period === "reference" ? "reference" : "monitored";
      const { chunks } = cachedChunks(dataset, period, dated, chunking);
      const ours = chunks.find(({ key }) => key === row.chunk!.key);
      if (ours === undefined) throw new Error(`no chunk ${row.chunk.key}`);
      agrees(ours, row.chunk, chunking.by === "calendar");
      compared++;
    }
    console.log(`reference data: present, ${compared} chunks compared with ${name}`);
    expect(compared).toBeGreaterThan(2);
  });

  it.runIf(present)("in the tutorial on chunking", () => {
    const { tables } = readPeer<Published>("chunking_cbpe");
    const ways: [Chunking, string][] = [
      [{ by: "calendar", period: "quarter" }, "reference"],
      [{ by: "size", size: 3500 }, "reference"],
      [{ by: "size", size: 3500 }, "monitored"],
      [{ by: "count", count: 9 }, "reference"],
    ];
    ways.forEach(([chunking, period], table) => {
      const { chunks } = cachedChunks("car_loan", period, true, chunking);
      for (const { chunk } of tables[table]) agrees(chunks[chunk!.chunk_index!], chunk!, table === 0);
    });
  });
});

const cache = new Map<string, Chunked>();

function cachedChunks(dataset: string, period: string, dated: boolean, chunking: Chunking): Chunked {
  const key = JSON.stringify([dataset, period, dated, chunking]);
  if (!cache.has(key)) cache.set(key, cutIntoChunks(tableRows(dataset, period, dated), chunking));
  return cache.get(key)!;
}

describe("chunks of equally many rows", () => {
  it("are of the size asked for, and the rows left over one more", () => {
    expect(keysOf(cutIntoChunks(rows(10), { by: "size", size: 4 }))).toEqual(["[0:3]", "[4:7]", "[8:9]"]);
    expect(keysOf(cutIntoChunks(rows(11), { by: "count", count: 3 }))).toEqual([
      "[0:2]",
      "[3:5]",
      "[6:8]",
      "[9:10]",
    ]);
    expect(keysOf(cutIntoChunks(rows(2), { by: "count", count: 3 }))).toEqual(["[0:0]", "[1:1]"]);
    expect(cutIntoChunks(rows(0)).chunks).toEqual([]);
    expect(whole(cutIntoChunks(rows(10), { by: "size", size: 4 }).chunks)).toHaveLength(2);
  });

  it("go by time where rows have one", () => {
    const { order, chunks } = cutIntoChunks(
      { rows: 4, timesMs: Float64Array.of(30, NaN, 10, 20) },
      { by: "size", size: 3 },
    );
    expect([...order!]).toEqual([2, 3, 0, 1]);
    expect(chunks.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [10, 30],
      [null, null],
    ]);
  });

  it("refuse sizes and numbers that are none", () => {
    for (const odd of [0, -1, 0.5, NaN, Infinity]) {
      expect(() => cutIntoChunks(rows(5), { by: "size", size: odd })).toThrow(RangeError);
      expect(() => cutIntoChunks(rows(5), { by: "count", count: odd })).toThrow(RangeError);
      expect(() => cutIntoChunks(timed(["2024-01-01"]), { by: "duration", periodMs: odd })).toThrow(
        RangeError,
      );
    }
    expect(() => cutIntoChunks(rows(5), { by: "calendar", period: "day" })).toThrow(RangeError);
    expect(() => cutIntoChunks({ rows: 2, timesMs: new Float64Array(3) })).toThrow(RangeError);
  });
});

describe("chunks of time", () => {
  // Keys as pandas 2.2 writes them: pd.Timestamp("2024-02-29 23:59:59.999").to_period(…).
  const last = "2024-02-29T23:59:59.999Z";
  it.each<[CalendarPeriod, string, string, string]>([
    ["hour", "2024-02-29 23:00", "2024-02-29T23:00Z", "2024-03-01T00:00Z"],
    ["day", "2024-02-29", "2024-02-29", "2024-03-01"],
    ["week", "2024-02-26/2024-03-03", "2024-02-26", "2024-03-04"],
    ["month", "2024-02", "2024-02-01", "2024-03-01"],
    ["quarter", "2024Q1", "2024-01-01", "2024-04-01"],
    ["year", "2024", "2024-01-01", "2025-01-01"],
  ])("a %s is %s", (period, key, from, to) => {
    const [chunk] = cutIntoChunks(timed([last]), { by: "calendar", period }).chunks;
    expect(chunk).toMatchObject({ key, startMs: parseTimestamp(from), endMs: parseTimestamp(to) });
  });

  it("leave out periods without rows, and rows without a time", () => {
    const table = timed(["2024-03-05", "", "2024-01-01", "2024-03-01"]);
    const { chunks, order, unplaced } = cutIntoChunks(table, { by: "calendar", period: "month" });
    expect(chunks.map(({ key, start, end }) => [key, start, end])).toEqual([
      ["2024-01", 0, 1],
      ["2024-03", 1, 3],
    ]);
    expect([...order!]).toEqual([2, 3, 0, 1]);
    expect(unplaced).toBe(1);
  });

  it("of a fixed length lie on a grid", () => {
    const table = { rows: 3, timesMs: Float64Array.of(-1, 0, 1500) };
    expect(keysOf(cutIntoChunks(table, { by: "duration", periodMs: 1000 }))).toEqual([
      "1969-12-31T23:59:59.000Z",
      "1970-01-01T00:00:00.000Z",
      "1970-01-01T00:00:01.000Z",
    ]);
    expect(cutIntoChunks(table, { by: "duration", periodMs: 1000, originMs: 500 }).chunks[0]).toMatchObject({
      startMs: -500,
      endMs: 500,
      start: 0,
      end: 2,
    });
  });

  it("do not hold moments that no calendar holds", () => {
    const odd = Float64Array.of(NaN, Infinity, -Infinity, 1e308, 8.64e15, -8.64e15, 5e-324, -0);
    for (const period of ["hour", "day", "week", "month", "quarter", "year"] as const) {
      const { chunks, unplaced } = cutIntoChunks({ rows: 8, timesMs: odd }, { by: "calendar", period });
      expect(unplaced).toBe(6);
      expect(chunks).toHaveLength(1);
    }
  });
});

const someTime = fc.oneof(
  fc.integer({ min: -1e12, max: 2e12 }),
  fc.constantFrom(NaN, Infinity, 0, 1e308),
  fc.date({ noInvalidDate: true }).map((date) => date.getTime()),
);
const someChunking: fc.Arbitrary<Chunking> = fc.oneof(
  fc.record({ by: fc.constant("size" as const), size: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ by: fc.constant("count" as const), count: fc.integer({ min: 1, max: 50 }) }),
  fc.record({
    by: fc.constant("calendar" as const),
    period: fc.constantFrom<CalendarPeriod>("hour", "day", "week", "month", "quarter", "year"),
  }),
  fc.record({
    by: fc.constant("duration" as const),
    periodMs: fc.integer({ min: 1, max: 1e12 }),
    originMs: fc.integer({ min: -1e12, max: 1e12 }),
  }),
);

describe("any chunking", () => {
  it("puts every row that has a place in exactly one chunk, in order", () => {
    fc.assert(
      fc.property(fc.array(someTime, { maxLength: 60 }), someChunking, (times, chunking) => {
        const table = { rows: times.length, timesMs: Float64Array.from(times) };
        const cut = cutIntoChunks(table, chunking);
        let next = 0;
        cut.chunks.forEach(({ index, start, end }, at) => {
          expect([index, start]).toEqual([at, next]);
          expect(end).toBeGreaterThan(start);
          next = end;
        });
        expect(next + cut.unplaced).toBe(times.length);
        if (cut.order) expect([...cut.order].sort((a, b) => a - b)).toEqual([...times.keys()]);
        const ordered = inChunkOrder(table.timesMs, cut).subarray(0, next);
        for (let i = 1; i < next; i++)
          expect(ordered[i] >= ordered[i - 1] || !Number.isFinite(ordered[i])).toBe(true);
        expect(new Set(keysOf(cut)).size).toBe(cut.chunks.length);
      }),
      { numRuns: 400 },
    );
  });

  it("of time holds the rows whose time lies in it, and meets the next without overlap", () => {
    fc.assert(
      fc.property(fc.array(someTime, { maxLength: 60 }), someChunking, (times, chunking) => {
        fc.pre(chunking.by === "calendar" || chunking.by === "duration");
        const table = { rows: times.length, timesMs: Float64Array.from(times) };
        const cut = cutIntoChunks(table, chunking);
        const ordered = inChunkOrder(table.timesMs, cut);
        let before = -Infinity;
        for (const { start, end, startMs, endMs } of cut.chunks) {
          expect(startMs!).toBeGreaterThanOrEqual(before);
          before = endMs!;
          for (const time of ordered.subarray(start, end)) {
            expect(time).toBeGreaterThanOrEqual(startMs!);
            expect(time).toBeLessThan(endMs!);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
