/** The built command as a child process against a real platform: what a person and a pipeline get. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  CheckDetail,
  FeatureWindows,
  ModelDetail,
  Performance,
  ReferenceSummary,
} from "#core/domain/api.ts";
import type { Comparison } from "#core/domain/comparison.ts";
import { extraSlots } from "#core/domain/reference-cells.ts";
import type { Reference, ReferenceFeature } from "#core/domain/reference.ts";
import type { Replayed } from "../../client/command/replay/shown.ts";
import type { News } from "../../client/command/tail/news.ts";
import { build } from "../../scripts/build.ts";
import { inRoot } from "../../scripts/paths.ts";
import type { Platform } from "../../scripts/platform.ts";
import {
  type Call,
  caller,
  DAY_MS,
  dayColumns,
  eventually,
  firstDayMs,
  temporaryPlatform,
} from "./scenario.ts";

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

let folder: string;
let platform: Platform;
let call: Call;
let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [inRoot("dist", "mdt.js"), ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      MDT_ENDPOINT: platform.url,
      MDT_KEY: platform.ownerSecret,
      MDT_MODEL: "shop",
    },
  });
}

function mdt(...args: string[]): Promise<Ended> {
  const child = start(...args);
  const ended = { out: "", err: "" };
  child.stdout?.on("data", (part: Buffer) => (ended.out += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (ended.err += part.toString()));
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

/** Rows of a day in each cell of a feature, counted plainly: a loop over the values and a search through the edges. */
function plainCounts(feature: ReferenceFeature, values: readonly unknown[]): number[] {
  const { cells } = feature;
  const size = cells.kind === "quantile" ? cells.edges.length + 1 : feature.counts.length;
  const counts = new Array<number>(size + extraSlots.length).fill(0);
  for (const value of values) {
    if (cells.kind === "quantile") {
      const above = cells.edges.findIndex((edge) => Number(value) <= edge);
      counts[above < 0 ? cells.edges.length : above]++;
    } else counts[cells.values.map(String).indexOf(String(value))]++;
  }
  return counts;
}

describe("mdt replay", () => {
  const first = 28;
  let columns: Record<string, unknown[]>;

  it("killed in the middle and run again, gives windows whose counts are a plain count of the file", async () => {
    columns = putDays("february.csv", days(first, 6), 0.9);
    const args = ["replay", "february.csv", "--rows", "20", "--label-delay", "12h", "--json"];
    // Killed without a warning once a part of the file is through.
    const child = start(...args);
    let seen = "";
    const killed = new Promise((resolve) => child.once("close", resolve));
    child.stdout?.on("data", (part: Buffer) => {
      seen += part.toString();
      const lines = seen.split("\n").filter((line) => line.startsWith('{"phase":"replay"'));
      if (lines.some((line) => (JSON.parse(line) as { done: number }).done >= 60)) child.kill("SIGKILL");
    });
    await killed;
    expect(child.signalCode).toBe("SIGKILL");

    const again = await mdt(...args);
    expect(again.code).toBe(0);
    const done = JSON.parse(again.out.trim().split("\n").at(-1) ?? "") as Replayed;
    expect(done.predictions).toMatchObject({ late: 0, refused: 0 });
    expect(done.labels).toMatchObject({ refused: 0 });
    expect((await mdt("replay", "february.csv", "--rows", "20", "--label-delay", "12h")).err).toContain(
      "replayed into shop before",
    );

    const { body: detail } = await call<ModelDetail>("GET", "/v1/models/shop");
    expect(detail.rows).toBe(900);
    const path = `/v1/models/shop/references/${detail.activations[0].referenceId}`;
    const { body: reference } = await call<Reference>("GET", path);
    const toMs = firstDayMs + (first + 6) * DAY_MS;
    for (const feature of reference.features) {
      const range = `from=${firstDayMs + first * DAY_MS}&to=${toMs}`;
      const { body } = await call<FeatureWindows>(
        "GET",
        `/v1/models/shop/windows?feature=${feature.name}&${range}`,
      );
      expect(body.windows.map(({ counts }) => counts)).toEqual(
        days(0, 6).map((day) =>
          plainCounts(feature, columns[feature.name].slice(day * 150, (day + 1) * 150)),
        ),
      );
    }
    const performance = await eventually(60, "all labels", async () => {
      const { body } = await call<Performance>(
        "GET",
        `/v1/models/shop/performance?from=${firstDayMs}&to=${toMs}`,
      );
      return body.windows.length === 6 && body.windows.every(({ labelled }) => labelled === 150)
        ? body
        : null;
    });
    expect(performance.windows.map(({ predictions }) => predictions)).toEqual(days(0, 6).map(() => 150));
  });

  it("names the lines of rows that are refused, and ends with 1", async () => {
    const good = `2026-02-11T00:00:00Z,1,web,0.5,true`;
    const lines = [good, good.replace(",1,", ",many,"), good.replace("2026", "2999"), good];
    writeFileSync(join(folder, "mixed.csv"), `when,amount,channel,score,approved\n${lines.join("\n")}\n`);
    const ended = await mdt("replay", "mixed.csv", "--time", "when", "--quiet");
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(
      /2 accepted, 2 refused[\s\S]*line 3 +"amount" type_mismatch[\s\S]*line 4 .*timestamp_ahead/,
    );
  });

  it("says that the file lies before the reference", async () => {
    const ended = await mdt("replay", "january.csv", "--no-labels", "--quiet");
    expect(ended.code).toBe(0);
    expect(ended.err).toContain("sketched");
    expect(ended.err).toContain("--from 2026-02-02T00:00:00Z");
  });
});

describe("mdt check", () => {
  it("shows the newest check as a comparison, and fails a pipeline on drift", async () => {
    const ended = await mdt("check", "--window", "2026-02-05", "--fail-on", "drift", "--wait", "1m");
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(
      /current +shop, 2026-02-05 to 2026-02-06 +150 rows[\s\S]*DRIFT[\s\S]*amount +median .* \(up 0/,
    );
    const calm = await mdt("check", "--window", "now", "--fail-on", "drift", "--json");
    expect(calm.code).toBe(0);
    expect(JSON.parse(calm.out)).toMatchObject({ check: { complete: false, status: "insufficient" } });
    // Windows after the one that was waited for may still be checked, between the two questions too.
    await eventually(60, "that the command shows the newest check", async () => {
      const newest = await mdt("check", "--json");
      const { body } = await call<ModelDetail>("GET", "/v1/models/shop");
      return (JSON.parse(newest.out) as CheckDetail).check.id === body.latest?.id ? true : null;
    });
    expect(await mdt("check", "--window", "2031-01-01")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--wait"),
    });
  });
});

describe("mdt labels push", () => {
  it("labels predictions by id, once however often it is sent, and names lines without one", async () => {
    putDays("march.csv", days(34, 1));
    expect((await mdt("replay", "march.csv", "--no-labels", "--quiet")).code).toBe(0);
    const lines = Array.from({ length: 150 }, (_, row) => `d34-${row},${row % 2 === 0}`);
    writeFileSync(join(folder, "outcomes.csv"), `loan,repaid\n${lines.join("\n")}\n`);
    const push = ["labels", "push", "outcomes.csv", "--id", "loan", "--label", "repaid", "--quiet"];
    for (let time = 0; time < 2; time++)
      expect(await mdt(...push)).toMatchObject({
        code: 0,
        out: expect.stringContaining("150 accepted, 0 refused"),
      });
    const range = `from=${firstDayMs + 34 * DAY_MS}&to=${firstDayMs + 35 * DAY_MS}`;
    await eventually(60, "the labels' performance", async () => {
      const { body } = await call<Performance>("GET", `/v1/models/shop/performance?${range}`);
      return body.windows[0]?.labelled === 150 ? body : null;
    });
    writeFileSync(join(folder, "outcomes.csv"), "loan,repaid\nd34-1,1\n,1\n");
    expect(await mdt(...push)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/line 3 .*prediction_id_invalid/),
    });
  });
});

describe("mdt export", () => {
  it("writes the same table as Parquet, Arrow and CSV", async () => {
    const read = async (file: string): Promise<number> => {
      expect((await mdt("export", "features", file)).code).toBe(0);
      const { out } = await mdt("compare", file, "features.csv", "--json");
      const { rows, features } = JSON.parse(out) as Comparison;
      expect(features.map(({ verdict }) => verdict.effect)).toEqual(features.map(() => 0));
      return rows.reference;
    };
    const table = await mdt("export", "features");
    writeFileSync(join(folder, "features.csv"), table.out);
    const rows = table.out.trim().split("\r\n").length - 1;
    expect(rows).toBeGreaterThanOrEqual(4 * 5);
    for (const file of ["f.parquet", "f.arrow", "f.arrows"]) expect(await read(file)).toBe(rows);
    expect(await mdt("export", "features", "f.xlsx")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--format"),
    });
    expect(await mdt("export", "secrets")).toMatchObject({
      code: 2,
      err: expect.stringContaining("performance"),
    });
  });
});

describe("mdt export rows", () => {
  it("writes the archived rows of a stretch, with their labels", async () => {
    await call("PATCH", "/v1/models/shop", { archive: {} });
    const sent = putDays("april.csv", days(35, 1));
    expect((await mdt("replay", "april.csv", "--quiet")).code).toBe(0);
    const stretch = ["--from", new Date(firstDayMs + 35 * DAY_MS).toISOString(), "--labelled"];
    const { code, out } = await mdt("export", "rows", ...["-", ...stretch]);
    expect(code).toBe(0);
    const [head, ...lines] = out.trimEnd().split("\r\n");
    const columns = head.split(",");
    const labels = lines.map((line) => line.split(",")[columns.indexOf("label")]);
    expect(labels.sort()).toEqual(sent.label.map(String).sort());
    expect(await mdt("export", "features", "-", "--labelled")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Only rows have labels"),
    });
    expect(await mdt("export", "rows", "rows.parquet", "--model", "nobody")).toMatchObject({
      code: 2,
      err: expect.stringContaining("nobody"),
    });
  });
});

describe("mdt tail", () => {
  it("tells of a check as it is made, by the platform's hints", async () => {
    const child = start("tail", "--json", "--last", "0", "--for", "60s");
    let [out, err] = ["", ""];
    child.stdout?.on("data", (part: Buffer) => (out += part.toString()));
    child.stderr?.on("data", (part: Buffer) => (err += part.toString()));
    const ended = new Promise((resolve) => child.once("close", resolve));
    await eventually(30, "the live connection", () =>
      Promise.resolve(err.includes("mdt: live") ? true : null),
    );
    putDays("april.csv", days(60, 2));
    expect((await mdt("replay", "april.csv", "--no-labels", "--quiet")).code).toBe(0);
    const told = await eventually(30, "a line about the day", () => {
      const news = out
        .split("\n")
        .filter((line) => line.endsWith("}"))
        .map((line) => JSON.parse(line) as News);
      return Promise.resolve(
        news.find((one) => one.type === "check" && one.check.windowStartMs === firstDayMs + 60 * DAY_MS) ??
          null,
      );
    });
    expect(told).toMatchObject({ modelId: "shop", check: { rows: 150, revision: 1 } });
    child.kill();
    await ended;
  });
});
