/** What `mdt reference push` decides before it sends anything: types and roles, values that do not fit, from when. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { givenImportances } from "#core/domain/importances.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import { readColumns, type FileColumns } from "#core/formats/tables/read-columns.ts";
import type { ByteSource } from "#core/formats/tables/table.ts";
import { CommandError } from "../../client/command/command-error.ts";
import { importancesIn } from "../../client/command/files.ts";
import { activationOf } from "../../client/command/reference/activation.ts";
import { fitColumns } from "../../client/command/reference/fit-columns.ts";
import { proposeModel, type Wishes } from "../../client/command/reference/propose-model.ts";
import { durationOf, timeOf } from "../../client/command/times.ts";

async function fileOf(text: string): Promise<FileColumns & { name: string }> {
  const bytes = new TextEncoder().encode(text);
  const source: ByteSource = {
    name: "rows.csv",
    size: bytes.length,
    stream: () => new Blob([bytes]).stream(),
    slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
  return { ...(await readColumns(source, {}, () => true)), name: source.name };
}

const wishes = (more: Partial<Wishes> = {}): Wishes => ({
  ...{ id: "m", types: {}, task: null, scores: [], prediction: null, positive: null, segments: [] },
  settings: { name: "m" },
  ...more,
});

const rows = (count: number, line: (row: number) => string): string =>
  Array.from({ length: count }, (_, row) => line(row)).join("\n");

describe("a proposed model", () => {
  it("takes what a column is from its values, and its role from what was said", async () => {
    const file = await fileOf(
      `when,amount,plan,user_id,p,said,churned\n${rows(
        60,
        (i) =>
          `2026-01-0${1 + (i % 9)},${(i * 7.3).toFixed(2)},${"abc"[i % 3]},u${i},0.${i + 10},${i % 2},${i % 2}`,
      )}\n`,
    );
    const { model, fields, columns } = proposeModel(
      file,
      new Map([["label", "churned"]]),
      wishes({ scores: [{ column: "p", class: null }], prediction: "said", segments: ["plan"] }),
    );
    expect(model.task).toBe("binary");
    expect(model.features.map(({ name, type, role }) => `${name} ${type} ${role}`)).toEqual([
      ...["amount numeric feature", "plan categorical feature", "p numeric score", "said boolean prediction"],
    ]);
    expect(model.segments).toEqual([{ name: "plan", field: "plan", values: ["a", "b", "c"] }]);
    expect(fields.get("timestamp")).toBe("when");
    expect(columns.find(({ column }) => column === "user_id")).toMatchObject({ as: "left out" });
  });

  it("keeps numbers of 0 and 1 numbers, as another file may have a 2, and words flags", async () => {
    const file = await fileOf(`n,f\n${rows(20, (i) => `${i % 2},${i % 3 === 0 ? "yes" : "no"}`)}\n`);
    const { model } = proposeModel(file, new Map(), wishes());
    expect(model.features.map(({ type }) => type)).toEqual(["numeric", "boolean"]);
  });

  it.each([
    ["0.5\n1.7\n2.2\n9.1\n3.4", "regression", []],
    ["cat\ndog\nfox\ndog\ncat", "multiclass", ["cat", "dog", "fox"]],
    ["no\nyes\nno\nyes\nyes", "binary", []],
  ] as const)("takes its task from the labels", async (labels, task, classes) => {
    const file = await fileOf(
      `x,label\n${labels
        .split("\n")
        .map((one, i) => `${i}.5,${one}`)
        .join("\n")}\n`,
    );
    const { model } = proposeModel(file, new Map([["label", "label"]]), wishes());
    expect([model.task, model.classes]).toEqual([task, classes]);
  });

  it("orders the classes as the scores name them", async () => {
    const file = await fileOf("a,b,label\n0.1,0.9,y\n0.7,0.3,x\n");
    const scores = [
      { column: "b", class: "y" },
      { column: "a", class: "x" },
    ];
    expect(proposeModel(file, new Map([["label", "label"]]), wishes({ scores })).model.classes).toEqual([
      "y",
      "x",
    ]);
  });
});

describe("columns as a model's", () => {
  const model = {
    task: "binary" as const,
    classes: [],
    features: [
      { name: "x", type: "numeric" as const, role: "feature" as const },
      { name: "said", type: "boolean" as const, role: "prediction" as const },
    ],
  };
  const fields = new Map(["x", "said", "label"].map((name) => [name, name]));

  it("reads labels and predictions by the positive value", async () => {
    const file = await fileOf("x,said,label\n1,UP,DOWN\n,DOWN,UP\n3,UP,\n");
    const { columns, labels } = fitColumns(model, file, fields, "UP");
    expect(columns.columns.get("said")).toMatchObject({ codes: Int32Array.of(1, 0, 1) });
    expect(labels).toEqual(Float64Array.of(0, 1, NaN));
    expect(columns.columns.get("x")).toMatchObject({ values: Float64Array.of(1, NaN, 3) });
  });

  it("refuses a value of another type and a feature without a column", async () => {
    const wrong = await fileOf("x,said,label\n1,1,0\n2,maybe,1\n");
    expect(() => fitColumns(model, wrong, fields, null)).toThrow(/1 values of "said".*"maybe"/);
    const short = await fileOf("x,label\n1,0\n2,1\n");
    expect(() => fitColumns(model, short, new Map([["x", "x"]]), null)).toThrow(/no column for "said"/);
  });
});

describe("the activation", () => {
  const at = Date.UTC(2026, 0, 10, 5);
  const model = { clock: "replay" as const, windowMs: DAY_MS, latenessMs: HOUR_MS };
  const none = {
    asked: null,
    model,
    activations: [],
    watermarkMs: null,
    fileEndMs: at,
    nowMs: at + 90 * DAY_MS,
  };
  const held = { ...none, activations: [{ referenceId: "r", fromMs: 0 }] };
  const day = (number: number): number => Date.UTC(2026, 0, number);

  it.each([
    ["a replay's first: behind the file", none, day(11)],
    [
      "on wall time the first: the window that is open",
      { ...none, model: { ...model, clock: "wall" as const } },
      none.nowMs - 5 * HOUR_MS,
    ],
    ["another: behind all rows", { ...held, watermarkMs: day(20) }, day(21)],
    [
      "another, with rows up to the lateness before midnight",
      { ...held, watermarkMs: day(21) - HOUR_MS },
      day(22),
    ],
    ["another, of a file beyond the rows", { ...held, watermarkMs: day(3) }, day(11)],
    ["a time on a window's beginning", { ...none, asked: "2026-01-07" }, day(7)],
    ["a time within a window", { ...none, asked: "2026-01-07T01:00Z" }, day(8)],
    ["a file that ends on a boundary", { ...none, fileEndMs: day(11) }, day(12)],
  ])("of %s", (_what, input, fromMs) => {
    expect(activationOf(input)?.fromMs).toBe(fromMs);
  });

  it("is left out on request, and needs times for the file's end", () => {
    expect(activationOf({ ...none, asked: "none" })).toBeNull();
    expect(() => activationOf({ ...none, fileEndMs: null, asked: "end" })).toThrow(/no times/);
  });
});

describe("lengths and times as they are typed", () => {
  it("are read whole or refused", () => {
    expect(["1d", "90m", "1h30m", "500ms", "0", "1.5h"].map((text) => durationOf("--x", text))).toEqual([
      ...[DAY_MS, 1.5 * HOUR_MS, 1.5 * HOUR_MS, 500, 0, 1.5 * HOUR_MS],
    ]);
    for (const text of ["1", "d", "1w", "1h 30m", "-1d", ""])
      expect(() => durationOf("--x", text)).toThrow(/stretch of time/);
    expect([timeOf("--x", "2026-01-05"), timeOf("--x", "1767571200000")]).toEqual([
      1767571200000, 1767571200000,
    ]);
    expect(() => timeOf("--x", "tomorrow")).toThrow(/a time such as/);
  });
});

describe("importances", () => {
  const folder = mkdtempSync(join(tmpdir(), "mdt-importances-"));
  const write = (value: unknown): string => {
    const path = join(folder, "importances.json");
    writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
    return path;
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are read from a file of numbers by feature", () => {
    expect(importancesIn(null)).toBeNull();
    expect(importancesIn(write({ age: 2, plan: 0 }))).toEqual({ age: 2, plan: 0 });
    for (const wrong of [{}, { age: -1 }, { age: "much" }, [], 3, "{"])
      expect(() => importancesIn(write(wrong)), JSON.stringify(wrong)).toThrow(CommandError);
  });

  it("are of the model's features", () => {
    const features = [{ name: "age", type: "numeric", role: "feature" } as const];
    expect(givenImportances({ age: 2 }, features)).toMatchObject({ source: "given", fidelity: null });
    expect(() => givenImportances({ agee: 2 }, features)).toThrow(
      expect.objectContaining({ code: "reference_mismatch" }),
    );
  });
});
