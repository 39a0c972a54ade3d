/**
 * What is archived is what was counted: the archive's rows, sent to another model of the same declaration, give it exactly the
 * windows of the first, whatever form they came in, however often, over how many shards, and compacted or not.
 */
import { env } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FeatureWindows, Receipt } from "#core/domain/api.ts";
import { arrowStreamType } from "#core/formats/arrow.ts";
import { fetched, settle } from "./archive-scenario.ts";
import { arrowOf, csvOf, post } from "./body-forms.ts";
import { ask, createModel, DAY_MS, features, ringAll, type Row, send, startMs } from "./model-scenario.ts";

const value = fc.record({
  offsetMs: fc.nat(3 * DAY_MS - 1),
  amount: fc.option(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, Infinity, -Infinity))),
  channel: fc.option(fc.constantFrom("web", "app", "never seen", "é–😀", 'a "b", c')),
  score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  approved: fc.option(fc.boolean()),
});
const batch = fc.record({
  values: fc.array(value, { minLength: 1, maxLength: 30 }),
  /** Infinities have no JSON. */
  form: fc.constantFrom("arrow" as const, "csv" as const, "json" as const),
  twice: fc.boolean(),
  compact: fc.nat(3).map((n) => n === 0),
});
type Batch = typeof batch extends fc.Arbitrary<infer T> ? T : never;

const rowsOf = ({ values, form }: Batch, number: number): Row[] =>
  values.map(({ offsetMs, amount, ...row }, n) => ({
    ...row,
    // A third of the rows have no id, and one of a batch is refused for its time.
    ...(n % 3 === 0 ? {} : { prediction_id: `p-${number}-${n}` }),
    timestamp: n === 7 ? Date.now() + DAY_MS : startMs + offsetMs,
    amount: form === "json" && !Number.isFinite(amount) ? null : amount,
  }));

async function deliver(
  id: string,
  batchId: string,
  rows: readonly Row[],
  form: Batch["form"],
): Promise<void> {
  const path = `${id}/predictions?batch_id=${batchId}`;
  const { status } =
    form === "json"
      ? await send<Receipt>(id, batchId, rows)
      : form === "arrow"
        ? await post<Receipt>(path, arrowStreamType, arrowOf(rows))
        : await post<Receipt>(path, "text/csv", csvOf(rows));
  // A batch whose only row is refused is refused.
  expect([200, 400, 422]).toContain(status);
}

const windowsOf = (id: string) =>
  Promise.all(
    features.map(async ({ name }) => {
      const { windows } = await ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${name}`);
      return windows.map(({ windowStartMs, rows, counts }) => ({ windowStartMs, rows, counts }));
    }),
  );

let run = 0;

test("the archive's rows, counted again, are the same windows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(1, 2),
      async (batches, shards) => {
        const [id, again] = [`kept-${run}`, `counted-again-${run++}`];
        await createModel(id, { archive: {}, shards });
        for (const [number, one] of batches.entries()) {
          const rows = rowsOf(one, number);
          for (let time = 0; time < (one.twice ? 2 : 1); time++)
            await deliver(id, `b-${number}`, rows, one.form);
          if (one.compact) await settle(id);
        }
        await ringAll(id, shards === 1 ? 0 : shards);
        const reply = await fetched(`/v1/models/${id}/archive/rows`, {
          authorization: `Bearer ${env.MDT_OWNER_SECRET}`,
          accept: arrowStreamType,
        });
        await createModel(again);
        const { body } = await post<Receipt>(
          `${again}/predictions?batch_id=all`,
          arrowStreamType,
          await reply.arrayBuffer(),
        );
        expect(body.rejected ?? 0).toBe(0);
        await ringAll(again, 0);
        expect(await windowsOf(again)).toEqual(await windowsOf(id));
      },
    ),
    { numRuns: Number(env.TEST_RUNS || 3) },
  );
}, 600_000);
