/** Labels of a file: by id, with the prediction's time, or repeating the prediction; refused rows with their lines. */
import { describe, expect, it } from "vitest";
import { ModelInput } from "#core/domain/model.ts";
import { readBinaryColumns } from "#core/formats/binary-columns.ts";
import { openTable } from "#core/formats/tables/open-table.ts";
import { labelsBody } from "../../client/command/rows/bodies.ts";
import { type LabelPart, readLabels } from "../../client/command/rows/read-labels.ts";
import { sourceOf } from "./sources.ts";

const model = ModelInput.parse({
  ...{ id: "m", name: "m", task: "multiclass", classes: ["cat", "dog"] },
  features: [
    { name: "x", type: "numeric" },
    { name: "said", type: "categorical", role: "prediction" },
  ],
});

async function read(text: string): Promise<LabelPart> {
  const table = await openTable(sourceOf(text));
  const fields = new Map(table.names.map((name) => [name, name]));
  const chunks = table.chunks(table.names.map(() => true));
  for await (const part of readLabels(table, chunks, { model, fields, positive: null })) return part;
  throw new Error("no part");
}

describe("labels of a file", () => {
  it("are passed over where there is none, and refused with their lines where they are none", async () => {
    const { rows, refused, unlabelled } = await read(
      "prediction_id,label,timestamp\na,cat,2026-01-05\nb,,2026-01-05\n\nc,bird,2026-01-05\n,dog,\ne,dog,\n",
    );
    expect(unlabelled).toBe(1);
    expect(refused.rows.map(({ line, row, code }) => [line, row, code])).toEqual([
      [5, 2, "label_invalid"],
      [6, 3, "prediction_id_invalid"],
    ]);
    expect([rows.ids, [...(rows.labels ?? [])], [...rows.lines]]).toEqual([
      ["a", "e"],
      [0, 1],
      [2, 7],
    ]);
    const { columns, timesMs } = readBinaryColumns(labelsBody(model, rows));
    expect(columns.get("label")).toMatchObject({ codes: Int32Array.of(0, 1), dictionary: ["cat", "dog"] });
    expect(timesMs).toEqual(Float64Array.of(Date.UTC(2026, 0, 5), NaN));
  });

  it("need no id where they repeat their prediction with its time", async () => {
    const { rows, refused } = await read(
      "prediction_id,label,prediction_timestamp,said\n,dog,2026-01-05,cat\nq,cat,2026-01-06,\n,cat,,dog\n",
    );
    expect(refused.rows.map(({ line }) => line)).toEqual([4]);
    const { columns } = readBinaryColumns(labelsBody(model, rows));
    expect(rows.ids).toEqual([null, "q"]);
    expect(columns.get("said")).toMatchObject({ codes: Int32Array.of(0, -1), dictionary: ["cat"] });
    expect(columns.get("prediction_timestamp")).toMatchObject({
      values: Float64Array.of(Date.UTC(2026, 0, 5), Date.UTC(2026, 0, 6)),
    });
  });
});
