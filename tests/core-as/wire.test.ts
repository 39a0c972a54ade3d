import fc from "fast-check";
import { expect, test } from "vitest";
import { hashId } from "#core/domain/id-hash.ts";
import {
  emptyLog,
  firstWins,
  latestWins,
  mergeLogs,
  sortLog,
  type IdLog,
  type Resolve,
} from "#core/domain/id-log.ts";
import {
  ByteWriter,
  isEmptyLog,
  readCounts,
  readDelta,
  readLabelBatch,
  readLog,
  findStoredReceipt,
  readReceipts,
  receiptHashes,
  WireError,
  writeCounts,
  writeDelta,
  writeLabelBatch,
  writeLog,
  writeReceipts,
} from "#core/domain/wire.ts";

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
/** Columns of times, of small whole numbers and of anything: a log has a form for each. */
const value = fc.constantFrom(
  fc.double(),
  fc.nat(255),
  fc.integer({ min: -3_000_000_000_000, max: 3_000_000_000_000 }),
  fc.integer({ min: 1_770_000_000_000, max: 1_774_294_967_295 }),
);
const entry = (value: fc.Arbitrary<number>) =>
  fc.record({ hi: fc.integer({ min: 0, max: 3 }), lo: uint32, value, flag: fc.nat(255) });
const log = value
  .chain((values) => fc.array(entry(values), { maxLength: 40 }))
  .map((entries) => sortLog(columns(entries), firstWins));
const counts = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.maxSafeNat()), { maxLength: 300 })
  .map((values) => Float64Array.from(values));
const pane = fc.integer({ min: -5_000_000, max: 5_000_000 }).map((minute) => minute * 60_000);
const part = fc.record({
  paneStartMs: pane,
  referenceId: fc.constantFrom("ref-a", "ref-b", "ref-ü"),
  segment: fc.constantFrom("", "region=emea", "region=ü"),
  rows: fc.maxSafeNat(),
  quality: fc.constantFrom("", '{"received":3}'),
  counts: counts.map(writeCounts),
  log: log.map(writeLog),
});

function columns(entries: { hi: number; lo: number; value: number; flag: number }[]): IdLog {
  return {
    hi: Uint32Array.from(entries, ({ hi }) => hi),
    lo: Uint32Array.from(entries, ({ lo }) => lo),
    width: 2,
    values: Float64Array.from(entries.flatMap(({ value, flag }) => [value, flag])),
  };
}

test("counts come back as they were stored, up to 2^53", () => {
  fc.assert(
    fc.property(counts, (vector) => {
      expect(readCounts(writeCounts(vector), vector.length)).toEqual(vector);
    }),
  );
});

test("a delta comes back as it was sent", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const back = readDelta(writeDelta(parts));
      expect(back.map((one) => ({ ...one, counts: [...one.counts], log: [...one.log] }))).toEqual(
        parts.map((one) => ({ ...one, counts: [...one.counts], log: [...one.log] })),
      );
    }),
  );
});

test("logs and label batches come back as they were sent", () => {
  const group = fc.record({ paneStartMs: fc.option(pane), log, predictions: log });
  fc.assert(
    fc.property(fc.array(group, { maxLength: 6 }), (groups) => {
      const packed = groups.map((one) => ({
        ...one,
        log: writeLog(one.log),
        predictions: writeLog(one.predictions),
      }));
      const back = readLabelBatch(writeLabelBatch(packed));
      expect(
        back.map((one) => ({ ...one, log: readLog(one.log), predictions: readLog(one.predictions) })),
      ).toEqual(groups);
      expect(back.map((one) => isEmptyLog(one.log))).toEqual(groups.map((one) => one.log.hi.length === 0));
    }),
  );
});

test("a log's columns are as short as what they hold", () => {
  const bytesOf = (numbers: (entry: number) => number[]) =>
    writeLog({
      hi: Uint32Array.from({ length: 1000 }, (_, entry) => entry),
      lo: new Uint32Array(1000),
      width: numbers(0).length,
      values: Float64Array.from(Array.from({ length: 1000 }, (_, entry) => numbers(entry)).flat()),
    }).length;
  const ids = bytesOf(() => []);
  const startMs = 1_774_294_967_295;
  const columnOf = (number: (entry: number) => number) => bytesOf((entry) => [number(entry)]) - ids;
  expect(columnOf(() => 0.3)).toBe(9);
  expect(columnOf((entry) => entry % 2)).toBe(1 + 1000);
  expect(columnOf((entry) => startMs + (entry % 60_000))).toBe(9 + 2000);
  expect(columnOf((entry) => startMs + 1000 * entry)).toBe(9 + 4000);
  expect(columnOf((entry) => entry / 7)).toBe(1 + 8000);
});

test("a log of an earlier build, which had fewer forms, is read as it is", () => {
  const writer = new ByteWriter("log");
  for (const count of [3, 2]) writer.varint(count);
  writer.raw(new Uint8Array(Uint32Array.of(1, 2, 3, 0, 0, 0).buffer));
  writer.u8(2);
  writer.f64(1_774_294_967_295);
  writer.raw(new Uint8Array(Uint32Array.of(0, 5, 7).buffer));
  writer.u8(0);
  writer.raw(Uint8Array.of(1, 1, 1));
  const [from, one] = [1_774_294_967_295, 1];
  expect([...readLog(writer.finish()).values]).toEqual([from, one, from + 5, one, from + 7, one]);
});

test("receipts come back as they were given, all of them and one by its hash", () => {
  const receipt = fc.record({
    hi: uint32,
    lo: uint32,
    bodyHash: fc.stringMatching(/^[0-9a-f]{16}$/),
    accepted: fc.nat(),
    rejected: fc.nat(),
    late: fc.nat(),
    errors: fc.array(
      fc.record({
        row: fc.nat(),
        field: fc.option(fc.string()),
        code: fc.constant("type_mismatch" as const),
        message: fc.string(),
      }),
      { maxLength: 3 },
    ),
    ignored: fc.array(fc.string(), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(receipt, { maxLength: 20 }), receipt, (receipts, other) => {
      const bytes = writeReceipts(receipts);
      expect(readReceipts(bytes)).toEqual(receipts);
      expect([...receiptHashes(bytes)]).toEqual(receipts.flatMap(({ hi, lo }) => [hi, lo]));
      for (const { hi, lo } of [...receipts, other]) {
        const first = receipts.find((one) => one.hi === hi && one.lo === lo) ?? null;
        expect(findStoredReceipt(bytes, hi, lo)).toEqual(first);
      }
    }),
  );
});

const readers: [string, Uint8Array, (bytes: Uint8Array) => unknown][] = [
  ["counts", writeCounts(Float64Array.of(0, 7, 0, 300, 1)), (bytes) => readCounts(bytes, 5)],
  ["log", writeLog(sortLog(columns([{ hi: 1, lo: 2, value: 0.5, flag: 1 }]), firstWins)), readLog],
  [
    "delta",
    writeDelta([
      {
        paneStartMs: 60_000,
        referenceId: "r",
        segment: "",
        quality: "",
        rows: 3,
        counts: writeCounts(Float64Array.of(3)),
        log: writeLog(emptyLog),
      },
    ]),
    readDelta,
  ],
  [
    "labelBatch",
    writeLabelBatch([
      {
        paneStartMs: null,
        log: writeLog(sortLog(columns([{ hi: 9, lo: 9, value: 1, flag: 0 }]), latestWins)),
        predictions: writeLog(emptyLog),
      },
    ]),
    readLabelBatch,
  ],
  [
    "receipts",
    writeReceipts([
      {
        hi: 1,
        lo: 2,
        bodyHash: "00ff00ff00ff00ff",
        accepted: 1,
        rejected: 0,
        late: 0,
        errors: [],
        ignored: [],
      },
    ]),
    readReceipts,
  ],
];

test.each(readers)(
  "%s: a buffer cut anywhere, or with bytes behind its end, is refused",
  (kind, bytes, read) => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => read(bytes.subarray(0, length)), `${length} of ${bytes.length} bytes`).toThrow(WireError);
    expect(() => read(Uint8Array.of(...bytes, 0))).toThrow(`${kind}: the buffer has 1 bytes too many`);
  },
);

test.each(readers)("%s: another magic, version or kind is refused by name", (_, bytes, read) => {
  const changed = (index: number) => bytes.map((byte, at) => (at === index ? byte ^ 0x40 : byte));
  expect(() => read(changed(0))).toThrow("does not start with MDTW");
  expect(() => read(changed(4))).toThrow("version 65");
  expect(() => read(changed(5))).toThrow("another kind");
});

test.each(readers)(
  "%s: random damage never reads past the end and never allocates what is not there",
  (_, bytes, read) => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (index, value) => {
        const damaged = bytes.slice();
        damaged[index] = value;
        try {
          read(damaged);
        } catch (error) {
          // Damage inside JSON of a receipt is a SyntaxError; anything else is told in a sentence.
          expect(error instanceof WireError || error instanceof SyntaxError, String(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  },
);

test("a count of entries that cannot fit is refused before anything is allocated", () => {
  const lying = Uint8Array.of(0x4d, 0x44, 0x54, 0x57, 1, 10, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3);
  expect(() => readLog(lying)).toThrow("promises 34359738367 entries and has 3 bytes");
});

test("counts of another layout are refused", () => {
  expect(() => readCounts(writeCounts(new Float64Array(4)), 5)).toThrow("has 4 slots where the layout has 5");
});

const time = fc.integer({ min: 0, max: 3 });
const rules: [string, Resolve, fc.Arbitrary<number[]>][] = [
  ["predictions", firstWins, fc.tuple(fc.constantFrom(NaN, 0, 0.5, 1), time, fc.nat(2))],
  ["labels", latestWins, fc.tuple(time, fc.nat(1))],
];

test.each(rules)("logs of %s merge to the same whatever their split and order", (_, rule, numbers) => {
  const given = fc.record({ hi: fc.nat(1), lo: fc.nat(4), numbers });
  const logOf = (entries: { hi: number; lo: number; numbers: number[] }[]): IdLog => ({
    hi: Uint32Array.from(entries, ({ hi }) => hi),
    lo: Uint32Array.from(entries, ({ lo }) => lo),
    width: entries[0]?.numbers.length ?? 0,
    values: Float64Array.from(entries.flatMap((entry) => entry.numbers)),
  });
  fc.assert(
    fc.property(
      fc.array(given, { maxLength: 30 }),
      fc.array(fc.nat(30), { maxLength: 5 }),
      fc.boolean(),
      (entries, cuts, reversed) => {
        const arrived = reversed ? entries.toReversed() : entries;
        const bounds = [
          0,
          ...cuts.filter((cut) => cut < arrived.length).sort((a, b) => a - b),
          arrived.length,
        ];
        const parts = bounds.slice(1).map((end, index) => arrived.slice(bounds[index], end));
        const merged = mergeLogs(
          parts.map((part) => sortLog(logOf(part), rule)),
          rule,
        );
        expect(merged).toEqual(sortLog(logOf(entries), rule));
      },
    ),
  );
});

test("of one id the first by its time stays, and its sendings add up", () => {
  const sendings = (entries: [number, number][]) => ({
    hi: new Uint32Array(entries.length),
    lo: new Uint32Array(entries.length),
    width: 3,
    values: Float64Array.from(entries.flatMap(([answer, timeMs]) => [answer, timeMs, 1])),
  });
  expect([
    ...sortLog(
      sendings([
        [1, 20],
        [0, 10],
        [NaN, 10],
      ]),
      firstWins,
    ).values,
  ]).toEqual([0, 10, 3]);
});

test("the id hash spreads: 300,000 consecutive ids have no collision, and each half is even", () => {
  const seen = new Set<bigint>();
  const into = new Uint32Array(2);
  const buckets = [new Float64Array(64), new Float64Array(64)];
  for (let id = 0; id < 300_000; id++) {
    hashId(`flight-${id}`, into);
    seen.add((BigInt(into[0]) << 32n) | BigInt(into[1]));
    for (const half of [0, 1]) buckets[half][into[half] >>> 26]++;
  }
  expect(seen.size).toBe(300_000);
  // 63 degrees of freedom: 120 is far beyond the 99.99 % quantile.
  for (const half of buckets)
    expect(half.reduce((sum, count) => sum + (count - 4687.5) ** 2 / 4687.5, 0)).toBeLessThan(120);
});
