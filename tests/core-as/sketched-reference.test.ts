/**
 * References of windows whose rows were sketched: few whole numbers, categories and flags as rows would have given them,
 * other numbers in cells that count every window exactly; and verdicts under them that hold.
 */
import { describe, expect, test } from "vitest";
import { selectRows } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { Policy } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import { mergeSketches, sketchRows } from "#core/domain/sketch-rows.ts";
import { createFolder } from "#core/domain/window.ts";
import { evaluate } from "#core/evaluate.ts";
import { referenceFromSketches, type SketchedWindow } from "#core/reference/from-sketches.ts";
import { referenceId } from "#core/reference/identity.ts";
import { verifyReference } from "#core/reference/validate.ts";
import {
  categorical,
  columnsOf,
  Draws,
  feature,
  numeric,
  referenceOf,
  sha256,
} from "../statistics/synthetic.ts";
import { kernel } from "./kernels.ts";

const draws = new Draws(11);
const perDay = 240;
const days = 28;
const rows = days * perDay;
const features = [
  feature("bell", "numeric"),
  feature("pressure", "numeric"),
  feature("zeros", "numeric"),
  feature("hour", "numeric"),
  feature("plan", "categorical"),
  feature("new", "boolean"),
  feature("empty", "numeric"),
];
const list = <T>(of: (row: number) => T, length = rows): T[] => Array.from({ length }, (_, row) => of(row));
const tableOf = (length: number, shift = 0) => ({
  bell: numeric(list((row) => (row % 50 === 0 ? NaN : draws.normal() + shift), length)),
  pressure: numeric(list(() => 1013 + 8 * (draws.normal() + shift), length)),
  zeros: numeric(list(() => (draws.uniform() < 0.6 ? 0 : -Math.floor(draws.uniform() * 1e6) / 1e4), length)),
  hour: numeric(list((row) => row % 24, length)),
  plan: categorical(list((row) => (row % 97 === 0 ? null : "abcde"[(row * row) % 5]), length)),
  new: categorical(list((row) => (row % 7 === 0 ? "true" : "false"), length)),
  empty: numeric(list(() => NaN, length)),
});
const columns = columnsOf(tableOf(rows), perDay);
const firstMs = columns.timesMs![0];
const byRows = await referenceOf(features, columns);

/** Days, each sketched in pieces. */
const windows = Array.from({ length: days }, (_, day): SketchedWindow => {
  const pieces = [0, 1, 2].map((piece) =>
    sketchRows(
      kernel,
      features,
      columns,
      Int32Array.from({ length: perDay / 3 }, (_, at) => day * perDay + at * 3 + piece),
    ),
  );
  return { startMs: firstMs + day * DAY_MS, rows: perDay, sketches: pieces.reduce(mergeSketches) };
});
const content = referenceFromSketches(kernel, { features, windows, periodMs: DAY_MS, seed: 1 });
const bySketch: Reference = { ...content, id: await referenceId(content, sha256) };
const named = (reference: Reference, name: string) => reference.features.find((one) => one.name === name)!;

describe("a reference of sketched windows", () => {
  test("is one that is taken when it is pushed", async () => {
    expect(await verifyReference(structuredClone(bySketch), sha256)).toEqual(bySketch);
    expect([bySketch.rows, bySketch.chunks?.starts.length]).toEqual([rows, days]);
  });

  test("has what rows would have given, where the sketch knows every value", () => {
    for (const name of ["hour", "plan", "new", "empty"]) {
      const { intraclass: _, edgesWithin, moments, ...own } = named(bySketch, name);
      const { intraclass: __, moments: expected, ...given } = named(byRows, name);
      expect(own).toEqual(given);
      if (moments === null) expect(expected).toBeNull();
      else expect(moments.variance).toBeCloseTo(expected!.variance, 9);
      if (given.type === "numeric") expect(edgesWithin).toBe(0);
    }
  });

  test("counts every row of every window in its cells exactly, and says how far edges may lie from the rows' own", () => {
    const folder = createFolder(kernel, bySketch);
    const whole = folder.fold(columns);
    folder.layout.features.forEach(({ name, offset, cells }, index) => {
      const { counts, missing } = bySketch.features[index];
      expect([name, ...counts]).toEqual([name, ...whole.subarray(offset, offset + cells)]);
      expect(missing).toBe(whole[offset + cells + 1]);
    });
    for (const name of ["bell", "pressure"]) {
      const { cells, edgesWithin } = named(bySketch, name);
      const given = named(byRows, name).cells;
      if (cells.kind !== "quantile" || given.kind !== "quantile") throw new Error("expected quantile cells");
      expect(cells.edges.length).toBeGreaterThan(100);
      expect(edgesWithin).toBeLessThan(name === "bell" ? 0.07 : 3e-4);
      // Each edge of the rows has one of the sketch at or above it, as near as is said.
      for (const edge of given.edges.slice(1, -1)) {
        const next = cells.edges.find((own) => own >= edge)!;
        expect((next - edge) / Math.abs(edge)).toBeLessThanOrEqual(edgesWithin!);
      }
      const [own, exact] = [named(bySketch, name).moments!, named(byRows, name).moments!];
      expect(Math.abs(own.mean - exact.mean)).toBeLessThan(edgesWithin! * Math.max(1, Math.abs(exact.mean)));
      expect([own.min, own.max]).toEqual([exact.min, exact.max]);
    }
    const { cells, counts } = named(bySketch, "zeros");
    if (cells.kind !== "quantile") throw new Error("expected quantile cells");
    const zero = cells.single.indexOf(1);
    expect(counts[zero] / rows).toBeGreaterThan(0.55);
  });

  test("gives verdicts: calm where nothing changed, drift where it did", () => {
    const verdictsOf = (shift: number): Record<string, string> => {
      const window = columnsOf(tableOf(perDay * 3, shift), perDay * 3);
      const check = evaluate(kernel, {
        ...{ reference: bySketch, policy: Policy.parse({}), features, windowMs: DAY_MS },
        ...{ modelId: "m", monitor: "default", revision: 1, configVersion: 1, complete: true },
        ...{ windowStartMs: firstMs + 30 * DAY_MS, windowEndMs: firstMs + 31 * DAY_MS },
        ...{ counts: createFolder(kernel, bySketch).fold(window), rows: window.rows },
      });
      return Object.fromEntries(check.features.map(({ name, verdict }) => [name, verdict.status]));
    };
    expect(verdictsOf(0)).toMatchObject({ bell: "ok", pressure: "ok", zeros: "ok", plan: "ok", new: "ok" });
    expect(verdictsOf(0.6)).toMatchObject({ bell: "drift", pressure: "drift", zeros: "ok" });
  });

  test("is made of parts of a long window as of the whole", () => {
    const halves = windows.flatMap((window, day) => {
      const cut = Int32Array.from({ length: perDay / 2 }, (_, at) => day * perDay + at);
      const first = sketchRows(kernel, features, selectRows(columns, cut));
      const rest = sketchRows(
        kernel,
        features,
        columns,
        cut.map((row) => row + perDay / 2),
      );
      return [{ ...window, sketches: mergeSketches(rest, first) }];
    });
    expect(referenceFromSketches(kernel, { features, windows: halves, periodMs: DAY_MS, seed: 1 })).toEqual(
      content,
    );
  });
});
