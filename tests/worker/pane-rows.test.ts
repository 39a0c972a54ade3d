/** Panes lie many in a row: whatever the order in which they come, what is read is what was written, and rows stay small. */
import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import {
  changePanes,
  deletePanesBefore,
  readHeads,
  readPanes,
  replacePanes,
} from "../../worker/objects/model/pane-rows.ts";
import { startOfLastRows } from "../../worker/objects/model/panes.ts";
import { createModel, HOUR_MS, MINUTE_MS, objectOf } from "./model-scenario.ts";

const cells = { referenceId: "r", segment: "" };
const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

test("panes are read as they were changed, from few rows that none outgrows", async () => {
  await createModel("packed");
  await runInDurableObject(await objectOf("packed"), (_: ModelObject, { storage: { sql } }) => {
    const add = (minutes: readonly number[], bytes: number): void =>
      changePanes(
        sql,
        MINUTE_MS,
        cells,
        minutes.map((minute) => minute * MINUTE_MS),
        (paneStartMs, before) => ({
          paneStartMs,
          rows: (before?.rows ?? 0) + 1,
          counts: new Uint8Array((before?.counts.byteLength ?? 0) + bytes).fill(paneStartMs / MINUTE_MS),
          quality: paneStartMs % (7 * MINUTE_MS) === 0 ? '{"odd":1}' : "",
        }),
      );
    const change = fc.record({
      minutes: fc.uniqueArray(fc.nat(179), { minLength: 1, maxLength: 12 }),
      bytes: fc.constantFrom(0, 10, 3000, 240_000),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), fc.nat(180), fc.nat(180), (changes, from, to) => {
        deletePanesBefore(sql, Number.MAX_SAFE_INTEGER);
        const expected = new Map<number, { rows: number; bytes: number }>();
        for (const { minutes, bytes } of changes) {
          add(minutes, bytes);
          for (const minute of minutes) {
            const { rows, bytes: had } = expected.get(minute) ?? { rows: 0, bytes: 0 };
            expected.set(minute, { rows: rows + 1, bytes: had + bytes });
          }
        }
        const found = [...readPanes(sql, all, cells)].map(({ paneStartMs, rows, counts }) => {
          expect(counts.every((byte) => byte === paneStartMs / MINUTE_MS)).toBe(true);
          return [paneStartMs / MINUTE_MS, { rows, bytes: counts.byteLength }];
        });
        expect(found.length).toBe(expected.size);
        expect(new Map(found as [number, { rows: number; bytes: number }][])).toEqual(expected);
        // A part of them, with counts or without.
        const stretch = { fromMs: from * MINUTE_MS, toMs: to * MINUTE_MS };
        const within = [...expected.keys()]
          .filter((minute) => minute >= from && minute < to)
          .sort((a, b) => a - b);
        const starts = (some: Iterable<{ startMs: number }>) =>
          Array.from(some, ({ startMs }) => startMs / MINUTE_MS).sort((a, b) => a - b);
        expect(starts(readHeads(sql, stretch, ""))).toEqual(within);
        expect(
          starts([...readPanes(sql, stretch, cells)].map((pane) => ({ startMs: pane.paneStartMs }))),
        ).toEqual(within);
        expect([
          ...readHeads(sql, stretch, "other"),
          ...readPanes(sql, stretch, { ...cells, referenceId: "other" }),
        ]).toEqual([]);
        // Small ones lie together, and no row is much more than what packs hold.
        const packs = sql
          .exec<{ bytes: number; panes: number }>(
            "select length(counts) as bytes, json_array_length(panes) as panes from pane_pack",
          )
          .toArray();
        for (const { bytes, panes } of packs) expect(panes === 1 || bytes <= 512 * 1024).toBe(true);
        if ([...expected.values()].every(({ bytes }) => bytes <= 600))
          expect(packs.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 60 },
    );

    // Rolled up, a stretch is one row, and its neighbours stay.
    deletePanesBefore(sql, Number.MAX_SAFE_INTEGER);
    add([1, 59, 60, 61], 5);
    const hour = { paneStartMs: 0, rows: 9, counts: new Uint8Array(3), quality: "" };
    replacePanes(sql, HOUR_MS, cells, hour);
    const sizes = [...readHeads(sql, all, "")].map(({ startMs, sizeMs, rows }) => [
      startMs / MINUTE_MS,
      sizeMs,
      rows,
    ]);
    expect(sizes).toEqual([
      [0, HOUR_MS, 9],
      [60, MINUTE_MS, 1],
      [61, MINUTE_MS, 1],
    ]);
    deletePanesBefore(sql, Number.MAX_SAFE_INTEGER);
  });
});

test("an hour of panes that come one by one costs a row each time, and one to be rolled up", async () => {
  await createModel("appended");
  await runInDurableObject(await objectOf("appended"), (_: ModelObject, { storage: { sql } }) => {
    for (let minute = 0; minute < 60; minute++)
      changePanes(sql, MINUTE_MS, cells, [minute * MINUTE_MS], (paneStartMs) => ({
        ...{ paneStartMs, rows: 1, counts: new Uint8Array(1000), quality: "" },
      }));
    expect(sql.exec<{ n: number }>("select count(*) as n from pane_pack").one().n).toBe(1);
  });
});

test("a window of the last rows begins at no place inside a rolled-up pane: it would hold the late rows beside it, and not its own", async () => {
  await createModel("last-of-rolled");
  await runInDurableObject(await objectOf("last-of-rolled"), (_: ModelObject, { storage: { sql } }) => {
    replacePanes(sql, HOUR_MS, cells, { paneStartMs: 0, rows: 50, counts: new Uint8Array(1), quality: "" });
    const minutes = [70, 7, 30].map((minute) => minute * MINUTE_MS);
    changePanes(sql, MINUTE_MS, cells, minutes, (paneStartMs) => ({
      ...{ paneStartMs, rows: 10, counts: new Uint8Array(1), quality: "" },
    }));
    const startOf = (rows: number): number =>
      startOfLastRows(sql, { rows, stepMs: HOUR_MS }, "", 2 * HOUR_MS) / MINUTE_MS;
    expect([1, 10, 11, 25, 80, 1000].map(startOf)).toEqual([70, 70, 0, 0, 0, 0]);
    expect(startOfLastRows(sql, { rows: 5, stepMs: HOUR_MS }, "other", 2 * HOUR_MS)).toBe(HOUR_MS);
  });
});
