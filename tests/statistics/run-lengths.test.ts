/** The run lengths that the documentation shows are those that were measured, and ours meet their target. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { format, resolveConfig } from "prettier";
import { streamDetectors } from "#core/methods/sequential/stream-detectors.ts";
import { cases } from "../../bench/run-length-cases.ts";
import { renderRunLengths, type RunLengths, withTable } from "../../bench/run-length-table.ts";
import { inRoot } from "../../scripts/paths.ts";

const read = (name: string): string => readFileSync(inRoot("docs", "methods", name), "utf8");
const measured = JSON.parse(read("run-lengths.json")) as RunLengths;

describe("run lengths", () => {
  it("were measured for every detector as it is now", () => {
    const label = ({ name, settings, kind }: { name: string; settings: string; kind: string }): string =>
      `${kind} ${name}: ${settings}`;
    expect(measured.detectors.map(label)).toEqual(cases.map(label));
    const defaults = measured.detectors.filter(({ kind }) => kind === "default").map(({ name }) => name);
    expect(defaults).toEqual(expect.arrayContaining(Object.keys(streamDetectors)));
  });

  it("reach 10,000 rows for every default", () => {
    for (const { kind, atLeast, name } of measured.detectors)
      if (kind === "default") expect(atLeast, name).toBeGreaterThanOrEqual(10_000);
  });

  it("stand in the documentation", async () => {
    const page = read("sequential.md");
    const path = inRoot("docs", "methods", "sequential.md");
    const written = await format(withTable(page, renderRunLengths(measured)), {
      ...{ ...(await resolveConfig(path)), filepath: path },
    });
    expect(page).toBe(written);
  });
});
