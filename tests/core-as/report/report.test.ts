import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { compare } from "#core/compare/compare.ts";
import type { Comparison } from "#core/domain/comparison.ts";
import { escaped } from "#core/report/html.ts";
import { comparisonInReport, renderReport } from "#core/report/report.ts";
import { ticks } from "#core/report/ticks.ts";
import { categorical, columnsOf, Draws, feature, numeric, sha256 } from "../../statistics/synthetic.ts";
import { kernel } from "../kernels.ts";

/** A column name, a category and a file name that would break out of a careless page. */
const hostile = `</script><script>alert("1")</script><b title='x'>&amp;`;

function table(rows: number, seed: number, shift: number, city: string) {
  const draws = new Draws(seed);
  const each = <T>(make: () => T): T[] => Array.from({ length: rows }, make);
  return columnsOf(
    {
      amount: numeric(each(() => draws.normal() + shift)),
      [hostile]: categorical(each(() => (draws.uniform() < 0.5 ? "Bern" : city))),
      constant: numeric(each(() => 3)),
      empty: numeric(each(() => NaN)),
    },
    500,
  );
}

describe("the report of a comparison", () => {
  let comparison: Comparison;
  let report: string;
  beforeAll(async () => {
    const features = [
      feature("amount", "numeric"),
      feature(hostile, "categorical"),
      feature("constant", "numeric"),
      feature("empty", "numeric"),
    ];
    comparison = await compare(
      kernel,
      {
        reference: table(10_000, 1, 0, "Lyon"),
        current: table(4000, 2, 1.2, hostile),
        features,
        options: { by: "day", segment: hostile, compat: "evidently" },
        inputs: { current: { name: hostile, bytes: 10, format: "csv" } },
      },
      { sha256 },
    );
    report = renderReport(comparison);
  });

  it("carries the whole comparison, to the last bit", () => {
    expect(JSON.parse(comparisonInReport(report) ?? "null")).toEqual(JSON.parse(JSON.stringify(comparison)));
  });

  it("is one document with nothing of anybody else's and no script that runs", () => {
    expect(report.match(/<script/g)).toEqual(["<script"]);
    expect(report).toContain('<script type="application/json"');
    expect(report).not.toMatch(/(src|href)="(?!#)/);
    expect(report).not.toContain("<b title='x'>");
    expect(report).not.toMatch(/NaN|undefined|\[object/);
  });

  it("has a section, a picture and a verdict for each feature that has cells", () => {
    expect(report.match(/<details class="feature"/g)).toHaveLength(4);
    expect(report.match(/<svg class="picture/g)?.length).toBeGreaterThanOrEqual(3);
    expect(report).toContain(escaped(comparison.verdict.reason));
    for (const { change } of comparison.features) expect(report).toContain(escaped(change));
  });

  it("is the same for the same comparison", () => {
    expect(renderReport(JSON.parse(JSON.stringify(comparison)) as Comparison)).toBe(report);
  });
});

describe("ticks of an axis", () => {
  it("are few, round, ascending and inside", () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (from, span) => {
        const found = ticks(from, from + span);
        expect(found.length).toBeLessThanOrEqual(20);
        found.forEach((tick, i) => {
          if (i > 0) expect(tick).toBeGreaterThan(found[i - 1]);
          expect(tick).toBeGreaterThanOrEqual(from - Math.abs(from) * 1e-9 - 1e-12);
          expect(tick).toBeLessThanOrEqual(from + span + Math.abs(from + span) * 1e-9);
        });
      }),
    );
  });

  it("are one where there is no span", () => {
    expect([ticks(3, 3), ticks(0, Infinity), ticks(5, 1)]).toEqual([[3], [0], [5]]);
  });
});
