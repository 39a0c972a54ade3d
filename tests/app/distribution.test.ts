/** Bars of a feature whose values have a cell each: what they show, and in which order. */
import { expect, test } from "vitest";
import type { CellRow } from "#core/report/cell-rows.ts";
import { distributionOption } from "../../app/lib/charts/distribution.ts";
import { palettes } from "../../app/lib/charts/palette.ts";

const row = (label: string, reference: number, value?: number): CellRow => ({
  ...{ label, lower: null, upper: null, reference, current: 0 },
  ...(value !== undefined && { value }),
  counts: { reference: 1, current: 0 },
});
const labelsOf = (rows: CellRow[]): unknown =>
  (distributionOption(rows, "", palettes.light).xAxis as { data?: unknown }).data;

test("numbers stand in their order, however often each comes; of categories the most frequent come first", () => {
  const size = (at: number): number => ((at * 37) % 50) / 100;
  const ages = Array.from({ length: 50 }, (_, at) => row(String(at), size(at), at));
  expect(labelsOf(ages)).toEqual(ages.map(({ label }) => label));
  const kinds = Array.from({ length: 50 }, (_, at) => row(`kind ${at}`, size(at)));
  const shown = labelsOf(kinds) as string[];
  expect(shown).toHaveLength(30);
  expect(shown.slice(0, 2)).toEqual(["kind 27", "kind 4"]);
});
