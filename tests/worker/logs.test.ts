/** Logs in parts: whatever order predictions and labels come in, and however parts are cut and merged, what is read is one log. */
import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addUp,
  allocateLog,
  firstWins,
  type IdLog,
  latestWins,
  mergeLogs,
  type Resolve,
  sendingsOf,
  sortLog,
} from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { repeatedSendings } from "#core/domain/outcomes.ts";
import { readLog, writeLog } from "#core/domain/wire.ts";
import { LogFilters } from "../../worker/objects/model/log-filters.ts";
import { pageOfLogs } from "../../worker/objects/model/log-pages.ts";
import { cutParts, fillParts, hasRoom } from "../../worker/objects/model/log-parts.ts";
import {
  addLabels,
  addPredictions,
  countDuplicates,
  countNextDuplicates,
  readPaneLog,
} from "../../worker/objects/model/logs.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { type PaneLogs, windowLogs } from "../../worker/objects/model/window-logs.ts";
import { createModel, MINUTE_MS, objectOf, seeded } from "./model-scenario.ts";

const logOf = (entries: readonly (readonly number[])[]): IdLog => {
  const log = allocateLog(entries.length, 3);
  entries.forEach(([hi, lo, ...numbers], at) => {
    [log.hi[at], log.lo[at]] = [hi, lo];
    log.values.set(numbers, 3 * at);
  });
  return log;
};

/** Numbers that fit into a byte, into four and only into eight: merged, they lie less densely than before. */
const number = fc.constantFrom(0, 1, 70_000, 0.1, -1e300);
const entry = fc.tuple(fc.nat(3), fc.nat(9), number, fc.nat(3), fc.nat(2));
const rules: [string, Resolve][] = [
  ["predictions", firstWins],
  ["labels", latestWins],
];

test.each(rules)("parts of %s, in any order, merge to the log of one pass", (_, rule) => {
  const batches = fc.array(fc.array(entry, { minLength: 1, maxLength: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(batches, fc.nat(3), fc.integer({ min: 60, max: 400 }), (given, together, most) => {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < given.length; at += together + 1) {
        const arrived = given.slice(at, at + together + 1).map((one) => writeLog(sortLog(logOf(one), rule)));
        const newest = parts.at(-1);
        const open = newest !== undefined && hasRoom(newest.byteLength, arrived, most) ? [newest] : [];
        parts.length -= open.length;
        for (const { log, entries } of fillParts([...open, ...arrived], rule, most)) {
          expect(readLog(entries)).toEqual(log);
          expect(log.hi.length === 1 || entries.byteLength <= most).toBe(true);
          parts.push(entries);
        }
      }
      const onePass = sortLog(logOf(given.flat()), rule);
      const read = parts.map((part) => readLog(part));
      expect(mergeLogs(read, rule)).toEqual(onePass);
      expect(mergeLogs(read.toReversed(), rule)).toEqual(onePass);
      const cut = Array.from(cutParts(onePass, most), ({ log }) => log);
      expect(mergeLogs(cut, rule)).toEqual(onePass);
    }),
  );
});

const paneMs = 7 * MINUTE_MS;
const inStore = async <T>(
  id: string,
  work: (storage: DurableObjectStorage) => T | Promise<T>,
): Promise<T> => {
  await createModel(id);
  return await runInDurableObject(await objectOf(id), (_: ModelObject, { storage }) => work(storage));
};

/** Ids of random hashes, of which some come again in every later batch; whole and fractional answers. */
function batchesOf(seed: number, count: number, rows: number): IdLog[] {
  const random = seeded(seed);
  const whole = () => Math.floor(random() * 2 ** 32);
  const known = Array.from({ length: 50 }, () => [whole(), whole()]);
  return Array.from({ length: count }, () => {
    const fresh = Array.from({ length: rows }, () => [whole(), whole()]);
    const timeMs = () => paneMs + Math.floor(random() * MINUTE_MS);
    const entries = [...fresh, ...known].map((id) => [...id, random(), timeMs(), 1]);
    for (const id of fresh.slice(0, 50)) known.push(id);
    return sortLog(logOf(entries), firstWins);
  });
}

test("a pane of more than one row: all is found, and counted as if it were one", async () => {
  const batches = batchesOf(5, 6, 40_000);
  const packed = batches.map((log) => writeLog(log));
  const onePass = mergeLogs(batches, firstWins);
  const duplicates = repeatedSendings(
    mergeLogs(
      batches.map((log) => sendingsOf(log)),
      addUp,
    ),
  );
  expect(duplicates).toBeGreaterThan(500);
  await inStore("parts", async ({ sql }) => {
    const filters = new LogFilters(sql);
    const count = () => countDuplicates(sql, 0, 2 * paneMs);
    const written: number[] = [];
    for (const [first, behind] of [
      [0, 1],
      [1, 5],
      [5, 6],
    ]) {
      addPredictions({ sql, filters }, paneMs, packed.slice(first, behind));
      const rows = sql
        .exec<{ bytes: number }>("select length(entries) as bytes from prediction_log")
        .toArray();
      for (const { bytes } of rows) expect(bytes).toBeLessThanOrEqual(limits.storedRowBytes);
      written.push(rows.length);
      // What is asked for meanwhile makes filters, which must not be believed afterwards.
      expect(Array.from(filters.find(batches[0], 0)).length).toBeGreaterThan(0);
    }
    expect(written[0]).toBe(1);
    expect(written[2]).toBeGreaterThan(2);
    expect(readPaneLog(sql, "prediction_log", paneMs)).toEqual(onePass);

    expect(count()).toBe(duplicates);
    expect(countNextDuplicates(sql, paneMs)).toBe(false);
    expect(countNextDuplicates(sql, paneMs + 1)).toBe(true);
    expect(countNextDuplicates(sql, paneMs + 1)).toBe(false);
    expect(count()).toBe(duplicates);
    addPredictions({ sql, filters }, paneMs, [packed[2]]);
    expect(count()).toBe(duplicates + batches[2].hi.length);

    for (const log of batches) {
      const positions = new Set(Array.from(filters.find(log, 0)).flatMap((found) => found.positions));
      expect(positions.size).toBe(log.hi.length);
    }
    addLabels(sql, paneMs, packed.slice(0, 3));
    addLabels(sql, paneMs, packed.slice(3));
    const logs = windowLogs([(asked) => Promise.resolve(pageOfLogs(sql, asked))]);
    const panes: PaneLogs[] = [];
    for await (const pane of logs(0, 2 * paneMs)) panes.push(pane);
    expect(panes.length).toBe(1);
    expect(panes[0].predictions.hi).toEqual(onePass.hi);
    expect(panes[0].labels).toEqual(mergeLogs(batches, latestWins));
  });
});

test("parts of an earlier build, in the order of their ids, are read and added to", async () => {
  const [one, two, late] = batchesOf(6, 3, 2000);
  const before = mergeLogs([one, two], firstWins);
  await inStore("earlier", ({ sql }) => {
    Array.from(cutParts(before, 40_000)).forEach(({ log, entries }, part) =>
      sql.exec(
        "insert into prediction_log (pane_ms, part, entries, duplicates) values (?, ?, ?, ?)",
        ...[paneMs, part, entries, repeatedSendings(log)],
      ),
    );
    expect(readPaneLog(sql, "prediction_log", paneMs)).toEqual(before);
    expect(countDuplicates(sql, 0, 2 * paneMs)).toBe(repeatedSendings(before));
    addPredictions({ sql, filters: new LogFilters(sql) }, paneMs, [writeLog(late)]);
    const after = mergeLogs([before, late], firstWins);
    expect(readPaneLog(sql, "prediction_log", paneMs)).toEqual(after);
    expect(countDuplicates(sql, 0, 2 * paneMs)).toBe(repeatedSendings(after));
  });
});
