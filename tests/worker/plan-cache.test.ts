import { expect, test } from "vitest";
import { limits } from "#core/domain/limits.ts";
import { ModelInput } from "#core/domain/model.ts";
import { referenceFormat } from "#core/domain/reference.ts";
import { PlanCache, type PlanSource } from "../../worker/ingest/plan-cache.ts";
import { theKernel } from "../../worker/kernel.ts";

/** Models with one reference each, of so many features with 250 cells; counts how often a reference is fetched. */
function sourceOf(features: number): PlanSource & { fetched: number } {
  const declared = Array.from({ length: features }, (_, at) => ({ name: `f${at}`, type: "numeric" }));
  const model = { ...ModelInput.parse({ id: "m", name: "m", features: declared }), createdAtMs: 0 };
  const cells = { kind: "quantile", edges: Array.from({ length: 249 }, (_, at) => at) };
  const text = JSON.stringify({
    format: referenceFormat,
    features: declared.map((feature) => ({ ...feature, role: "input", cells })),
    segments: {},
  });
  return {
    fetched: 0,
    foldingPlan: () =>
      Promise.resolve({ value: { model, activations: [], planVersion: "1", newestMs: null, shards: 1 } }),
    reference() {
      this.fetched++;
      return Promise.resolve({ value: text });
    },
  };
}

/** Uses the references of models, in order. @returns how many were fetched for it */
async function use(cache: PlanCache, source: ReturnType<typeof sourceOf>, names: readonly string[]) {
  const before = source.fetched;
  for (const name of names) await cache.reference(await cache.get(name, source), "ref", source);
  return source.fetched - before;
}

const named = (count: number): string[] => Array.from({ length: count }, (_, at) => `m${at}`);

// One isolate serves many models by turns: as long as they are small, none is fetched twice.
test("references of hundreds of small models are fetched once", async () => {
  const [cache, source] = [new PlanCache(theKernel()), sourceOf(4)];
  expect(await use(cache, source, named(300))).toBe(300);
  expect(await use(cache, source, named(300))).toBe(0);
});

// A quarter of a million counted slots each: four of them are too much, and the one that was used last stays.
test("of large models the one used longest ago is forgotten", async () => {
  const [cache, source] = [new PlanCache(theKernel()), sourceOf(limits.features)];
  const [a, b, c, d] = named(4);
  expect(await use(cache, source, [a, b, c, a])).toBe(3);
  expect(await use(cache, source, [d])).toBe(1);
  expect(await use(cache, source, [a, c, d])).toBe(0);
  expect(await use(cache, source, [b])).toBe(1);
});
