/** What ingest tells of rows beside their counts, as it lies in the object's panes. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { emptyQuality, mergeQuality, type PaneQuality } from "#core/domain/pane-quality.ts";
import { layoutOf } from "#core/domain/reference-cells.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import { countDuplicates } from "../../worker/objects/model/logs.ts";
import { formsOf, post } from "./body-forms.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  objectOf,
  ringAlarm,
  type Row,
  startMs,
  panesOf,
} from "./model-scenario.ts";

/** Of all panes, and of each that has something to tell by its start. */
async function qualityOf(id: string): Promise<{ whole: PaneQuality; panes: [number, PaneQuality][] }> {
  await ringAlarm(id);
  const rows = (await panesOf(id)).filter(({ quality }) => quality !== "");
  const panes = rows.map((row): [number, PaneQuality] => [
    (row.startMs - startMs) / HOUR_MS,
    JSON.parse(row.quality) as PaneQuality,
  ]);
  return { whole: panes.map(([, quality]) => quality).reduce(mergeQuality, emptyQuality()), panes };
}

const predictions = (id: string): string => `/v1/models/${id}/predictions`;
const rows = makeRows(71, 60, startMs, DAY_MS);
/** Two rows of another type, one without a time, and an unknown field. */
const faulty: Row[] = rows.map((row, index) => ({
  ...row,
  approved: index % 30 === 7 ? "maybe" : row.approved,
  timestamp: index === 9 ? (null as unknown as string) : row.timestamp,
  shelf: "a",
}));

describe("the quality of a batch", () => {
  test("is told the same by every form that can say it", async () => {
    await createModel("told-json");
    await ask("POST", predictions("told-json"), { rows: faulty });
    const { whole } = await qualityOf("told-json");
    expect(whole).toEqual({
      ...emptyQuality(),
      ...{ received: 60, batches: 1, unknown: { shelf: 1 } },
      ...{ rejected: { timestamp_missing: 1, type_mismatch: 2 }, mismatched: { approved: 2 } },
    });
    // A column of numbers or of booleans cannot hold a word: such forms carry it as text.
    const asText = faulty.map((row) => ({ ...row, approved: String(row.approved) }));
    for (const [index, [form, type, body]] of formsOf(faulty).entries()) {
      const id = `told-${index}`;
      await createModel(id);
      const columns = form === "an Arrow stream" || form === "binary columns";
      const sent = columns ? formsOf(asText)[index][2] : body;
      expect((await post<Receipt>(`${id}/predictions`, type, sent)).body.accepted).toBe(57);
      expect([form, (await qualityOf(id)).whole]).toEqual([form, whole]);
    }
  });

  test("lies with its newest accepted row, and counts every refusal however many are listed", async () => {
    await createModel("newest");
    const bad = makeRows(3, 150, startMs + 5 * HOUR_MS, HOUR_MS).map((row) => ({ ...row, amount: "much" }));
    const good = makeRows(4, 3, startMs, 3 * HOUR_MS);
    await ask("POST", predictions("newest"), { rows: [...bad, ...good] });
    expect((await qualityOf("newest")).panes).toEqual([
      [
        2,
        {
          ...emptyQuality(),
          ...{ received: 153, batches: 1, rejected: { type_mismatch: 150 }, mismatched: { amount: 150 } },
        },
      ],
    ]);
  });

  test("is the same however rows are split, in any order, and however often batches come", async () => {
    const given = rows.map((row, index) => ({
      ...row,
      amount: index % 20 === 3 ? true : row.amount,
      prediction_id: `p-${index % 50}`,
      timestamp: startMs + (index % 50) * 60_000,
    }));
    const batches = (size: number): Row[][] =>
      Array.from({ length: Math.ceil(given.length / size) }, (_, at) =>
        given.slice(at * size, at * size + size),
      );
    const told: PaneQuality[] = [];
    for (const size of [60, 25, 7]) {
      const id = `split-${size}`;
      await createModel(id);
      const parts = [...batches(size).entries()];
      for (const [index, part] of [...parts.reverse(), ...parts])
        await ask("POST", predictions(id), { batch_id: `b-${index}`, rows: part });
      await ringAlarm(id);
      for (const [index, part] of parts)
        await ask("POST", predictions(id), { batch_id: `b-${index}`, rows: part });
      const { whole } = await qualityOf(id);
      expect(whole.batches).toBe(parts.length);
      const duplicates = await runInDurableObject(await objectOf(id), (_: ModelObject, { storage }) =>
        countDuplicates(storage.sql, startMs, startMs + DAY_MS),
      );
      told.push({ ...whole, batches: 0, duplicates });
    }
    // Of the ten ids that come twice one row is refused.
    expect(told[0]).toMatchObject({ received: 60, duplicates: 9, mismatched: { amount: 3 } });
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });

  test("is told by profiles where they can", async () => {
    const reference = await createModel("profiled");
    const celled = await ask<Reference>("GET", `/v1/models/profiled/references/${reference}`);
    const layout = layoutOf(celled);
    const counts = new Array<number>(layout.slots).fill(0);
    // Every value is missing.
    for (const { offset, cells } of layout.features) counts[offset + cells + 1] = 4;
    const pane = { start: startMs, rows: 4, counts };
    const quality = { rejected: { type_mismatch: 2 }, mismatched: { amount: 1 }, duplicates: 1 };
    const send = (panes: unknown[]) =>
      call<Problem>("POST", "/v1/models/profiled/profiles", { reference, panes });
    expect((await send([pane, { ...pane, start: startMs + HOUR_MS, quality }])).status).toBe(200);
    const own = { ...emptyQuality(), ...quality };
    expect((await qualityOf("profiled")).panes).toEqual([
      [0, { ...emptyQuality(), received: 4 }],
      [1, { ...own, received: 6, batches: 1 }],
    ]);
    const wrong = await send([{ ...pane, quality: { mismatched: { amount: 1 } } }]);
    expect([wrong.status, wrong.body.code]).toEqual([400, "invalid_body"]);
  });
});

describe("a batch that is refused whole", () => {
  const bad = makeRows(9, 20, startMs + 3 * HOUR_MS, HOUR_MS).map((row) => ({ ...row, amount: "x" }));

  test("is counted with the next fold, at the time of its rows, once however often it is tried", async () => {
    await createModel("refused");
    await ask("POST", predictions("refused"), { rows: makeRows(8, 5, startMs, HOUR_MS) });
    for (let attempt = 0; attempt < 3; attempt++) {
      const { status, body } = await call<Problem>("POST", predictions("refused"), {
        ...{ batch_id: "bad", rows: bad },
      });
      expect([status, body.code]).toEqual([422, "no_valid_rows"]);
    }
    await call("POST", predictions("refused"), { batch_id: "nothing", rows: [] });
    const { panes } = await qualityOf("refused");
    expect(panes).toEqual([
      // A replay's now is its newest row: a batch without times counts there.
      [0, { ...emptyQuality(), received: 5, batches: 2, empty: 1 }],
      [
        3,
        {
          ...emptyQuality(),
          ...{ received: 20, batches: 1, empty: 1 },
          ...{ rejected: { type_mismatch: 20 }, mismatched: { amount: 20 } },
        },
      ],
    ]);
  });

  test("writes nothing by itself, however many come, and its id stays free", async () => {
    await createModel("thrifty", { clock: "wall", fromMs: startMs });
    const nowMs = Date.now();
    const timed = bad.map((row) => ({ ...row, timestamp: nowMs }));
    const written = async (): Promise<number> => (await panesOf("thrifty")).length;
    for (let index = 0; index < 20; index++)
      await call("POST", predictions("thrifty"), { batch_id: `t-${index}`, rows: timed });
    expect(await written()).toBe(0);
    await runDurableObjectAlarm(await objectOf("thrifty"));
    expect(await written()).toBe(1);
    const good = timed.map((row) => ({ ...row, amount: 1 }));
    const { body } = await call<Receipt>("POST", predictions("thrifty"), { batch_id: "t-0", rows: good });
    expect(body.accepted).toBe(20);
  });

  test("loses at most what came since the last fold", async () => {
    await createModel("fleeting");
    await ask("POST", predictions("fleeting"), { rows: makeRows(8, 5, startMs, HOUR_MS) });
    await call("POST", predictions("fleeting"), { batch_id: "kept", rows: bad });
    await ringAlarm("fleeting");
    await call("POST", predictions("fleeting"), { batch_id: "lost", rows: bad });
    await abortAllDurableObjects();
    expect((await qualityOf("fleeting")).whole).toMatchObject({ received: 25, batches: 2, empty: 1 });
  });
});
