/** The built command as a child process against a real platform: what a person and a pipeline get. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelDetail, ReferenceSummary } from "#core/domain/api.ts";
import { build } from "../../scripts/build.ts";
import { inRoot } from "../../scripts/paths.ts";
import type { Platform } from "../../scripts/platform.ts";
import { type Call, caller, DAY_MS, dayColumns, firstDayMs, temporaryPlatform } from "./scenario.ts";

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

let folder: string;
let platform: Platform;
let call: Call;
let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;

function mdt(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [inRoot("dist", "mdt.js"), ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      MDT_ENDPOINT: platform.url,
      MDT_KEY: platform.ownerSecret,
      MDT_MODEL: "shop",
    },
  });
  const ended = { out: "", err: "" };
  child.stdout.on("data", (part: Buffer) => (ended.out += part.toString()));
  child.stderr.on("data", (part: Buffer) => (ended.err += part.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...ended })));
}

/** Days of rows as a CSV file, with a label that the score makes likely. */
function putDays(name: string, days: readonly number[], shift = 0): Record<string, unknown[]> {
  const parts = days.map((day) => dayColumns({ day, rows: 150, shift }));
  const columns = Object.fromEntries(
    Object.keys(parts[0]).map((field) => [field, parts.flatMap((one) => one[field])]),
  );
  columns.label = columns.score.map((score, row) => Number(score) > ((row * 37) % 100) / 100);
  const names = Object.keys(columns);
  const lines = columns.timestamp.map((_, row) =>
    names.map((field) => String(columns[field][row])).join(","),
  );
  writeFileSync(join(folder, name), `${names.join(",")}\n${lines.join("\n")}\n`);
  return columns;
}

const days = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mdt-command-"));
  await build({ only: ["kernel", "command"] });
  temporary = await temporaryPlatform();
  platform = await temporary.start();
  call = caller(platform);
});
afterAll(async () => {
  await temporary.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe("mdt reference push", () => {
  it("makes the model and the same reference as the platform makes of the same rows", async () => {
    const columns = putDays("january.csv", days(0, 28));
    const args = ["january.csv", "--create", "--clock", "replay", "--pane", "1h", "--lateness", "1h"];
    const roles = ["--score", "score", "--prediction", "approved", "--segment", "channel"];
    const first = await mdt("reference", "push", ...args, ...roles);
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/prediction, boolean[\s\S]*made shop[\s\S]*28 windows[\s\S]*rocAuc/);

    const { body: detail } = await call<ModelDetail>("GET", "/v1/models/shop");
    const lastDay = firstDayMs + 28 * DAY_MS;
    expect(detail.activations).toEqual([{ referenceId: expect.stringMatching(/^ref-/), fromMs: lastDay }]);
    expect(detail.model.segments).toEqual([
      { name: "channel", field: "channel", values: ["web", "desk", "app"] },
    ]);
    const { body: made } = await call<ReferenceSummary>("POST", "/v1/models/shop/references", { columns });
    expect(made.id).toBe(detail.activations[0].referenceId);
    // A second push of the same file finds everything done.
    expect((await mdt("reference", "push", "january.csv", "--create")).out).toContain(
      "as it was activated before",
    );
    expect((await call<ModelDetail>("GET", "/v1/models/shop")).body.activations).toEqual(detail.activations);
  });

  it("says what is missing, and ends with 2", async () => {
    expect(await mdt("reference", "push", "january.csv", "--model", "other")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--create makes it from january.csv"),
    });
    expect(await mdt("reference", "push", "january.csv", "--key", "wrong")).toMatchObject({
      code: 2,
      err: expect.stringContaining("A valid key or session is needed"),
    });
  });
});
