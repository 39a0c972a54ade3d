import { describe, expect, it } from "vitest";
import { resultOption, shapeOf } from "../../app/lib/charts/result.ts";
import { palettes } from "../../app/lib/charts/palette.ts";
import type { Cell } from "../../app/lib/queries/result.ts";

const column = (name: string, type: string) => ({ name, type });
const result = (columns: { name: string; type: string }[], rows: Cell[][]) => ({
  ...{ columns, rows, total: rows.length, milliseconds: 1 },
});

describe("a result's picture", () => {
  it("is lines where there are times, in their order", () => {
    const answer = result(
      [column("day", "Timestamp<MICROSECOND>"), column("effect", "Float64")],
      [
        ["2001-02-02T00:00:00Z", 2],
        ["2001-02-01T00:00:00Z", 1],
      ],
    );
    const shape = shapeOf(answer);
    expect(shape).toEqual({ kind: "line", along: 0, measures: [1] });
    const { series } = resultOption(answer, shape!, palettes.light);
    expect((series as { data: unknown }[])[0].data).toEqual([
      [Date.UTC(2001, 1, 1), 1],
      [Date.UTC(2001, 1, 2), 2],
    ]);
  });

  it("is bars of the last name column where there are names", () => {
    const names = [column("model", "Utf8"), column("feature", "Utf8"), column("drifted", "Int64")];
    const rows = [
      ["m", "a", 1],
      ["m", "b", 2],
    ];
    expect(shapeOf(result(names, rows))).toEqual({ kind: "bar", along: 1, measures: [2] });
  });

  it("is none without numbers, with a single row, or with too many bars", () => {
    const columns = [column("feature", "Utf8"), column("n", "Int64")];
    const many = Array.from({ length: 61 }, (_, i): Cell[] => [`f${i}`, i]);
    expect(shapeOf(result(columns, many))).toBeNull();
    expect(shapeOf(result(columns, many.slice(0, 1)))).toBeNull();
    expect(shapeOf(result(columns.slice(0, 1), many.slice(0, 3)))).toBeNull();
  });
});
