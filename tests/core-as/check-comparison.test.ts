/** A check shown as a comparison: the same numbers, and words for a window of which only counts are left. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { comparisonOfCheck } from "#core/compare/check-comparison.ts";
import type { Columns } from "#core/domain/columns.ts";
import { Comparison } from "#core/domain/comparison.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { Policy } from "#core/domain/policy.ts";
import { createFolder } from "#core/domain/window.ts";
import { evaluate } from "#core/evaluate.ts";
import { buildReference } from "#core/reference/build.ts";
import { Draws } from "../statistics/synthetic.ts";
import { kernel } from "./kernels.ts";

const features = [
  { name: "amount", type: "numeric" as const, role: "feature" as const },
  { name: "plan", type: "categorical" as const, role: "feature" as const },
  { name: "age", type: "numeric" as const, role: "feature" as const },
  { name: "visits", type: "numeric" as const, role: "feature" as const },
];
const sha256 = (text: string): Promise<string> =>
  Promise.resolve(createHash("sha256").update(text).digest("hex"));

function rows(seed: number, count: number, { shift = 0, missing = 0, share = 0.5 } = {}): Columns {
  const draws = new Draws(seed);
  return {
    rows: count,
    timesMs: null,
    columns: new Map([
      [
        "amount",
        {
          kind: "numeric",
          values: Float64Array.from({ length: count }, () => 100 + 10 * (draws.normal() + shift)),
        },
      ],
      [
        "visits",
        {
          kind: "numeric",
          values: Float64Array.from({ length: count }, () => Math.round(40 + 12 * (draws.normal() + shift))),
        },
      ],
      [
        "plan",
        {
          kind: "categorical",
          codes: Int32Array.from({ length: count }, () => (draws.uniform() < share ? 0 : 1)),
          dictionary: ["basic", "pro"],
        },
      ],
      [
        "age",
        {
          kind: "numeric",
          values: Float64Array.from({ length: count }, () =>
            draws.uniform() < missing ? NaN : draws.normal(),
          ),
        },
      ],
    ]),
  };
}

describe("a check as a comparison", () => {
  it("is a document with the check's verdicts, and words for what changed", async () => {
    const reference = await buildReference(
      kernel,
      { features, columns: rows(1, 5000), periodMs: DAY_MS, seed: 1 },
      sha256,
    );
    const window = rows(2, 2000, { shift: 0.5, missing: 0.2, share: 0.8 });
    const counts = createFolder(kernel, reference).fold(window);
    const policy = Policy.parse({});
    const check = evaluate(kernel, {
      ...{ policy, reference, counts, rows: window.rows, features, level: { warning: 0.01, drift: 0.001 } },
      ...{ modelId: "churn", monitor: "default", windowStartMs: 0, windowEndMs: DAY_MS, windowMs: DAY_MS },
      ...{ revision: 1, configVersion: 1, complete: true },
    });
    const comparison = comparisonOfCheck({ check, counts: [...counts], reference, policy });
    expect(Comparison.parse(comparison)).toEqual(comparison);
    expect(comparison.verdict.status).toBe(check.status);
    expect(comparison.inputs.current.name).toBe("churn, 1970-01-01 to 1970-01-02");
    const words = Object.fromEntries(comparison.features.map(({ name, change }) => [name, change]));
    expect(words.plan).toMatch(/“(basic|pro)” \d+ % → (80|20|79|21|81|19) %/);
    const age = window.columns.get("age");
    const missing = age?.kind === "numeric" ? age.values.filter(Number.isNaN).length : NaN;
    expect(words.age).toBe(`missing 0 % → ${Math.round(missing / 20)} %`);
    const [, before, now] = /median ([\d.]+) → ([\d.]+) \(up 0\.\d+ sd\)/.exec(words.amount) ?? [];
    expect(Number(before)).toBeCloseTo(100, 0);
    expect(Math.abs(Number(now) - 105)).toBeLessThan(1);
    // A cell for each value, and more of them than a bar chart's worth of shares would say.
    expect(words.visits).toMatch(/^median \d+ → \d+ \(up 0\.\d+ sd\)$/);
    expect(comparison.features.map(({ verdict }) => verdict)).toEqual(
      check.features.map(({ verdict }) => verdict),
    );
  });
});
