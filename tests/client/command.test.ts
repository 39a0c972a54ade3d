/** The built command, as a child process on real small files: what a person and a pipeline get. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Comparison } from "#core/domain/comparison.ts";
import { build } from "../../scripts/build.ts";
import { inRoot } from "../../scripts/paths.ts";
import { Draws } from "../statistics/synthetic.ts";

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

let folder = "";

function mdt(args: string[], env: Record<string, string> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inRoot("dist", "mdt.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout, err: stderr };
}

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

interface Told {
  rows: number;
  seed: number;
  shift?: number;
  cities?: string[];
}

/** Rows over 30 days, with what files have: dates, flags, quotes, empty fields, postcodes with a leading zero. */
function csv({ rows, seed, shift = 0, cities = ["Bern", "Lyon, France", 'the "old" town'] }: Told): string {
  const draws = new Draws(seed);
  const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = Array.from({ length: rows }, (_, row) => {
    const at = new Date(Date.UTC(2026, 0, 1) + Math.floor((row / rows) * 30 * 86_400_000)).toISOString();
    const amount = draws.uniform() < 0.02 ? "" : (100 + 12 * (draws.normal() + shift)).toFixed(3);
    const score = draws.uniform();
    return [
      at,
      amount,
      quoted(cities[Math.floor(draws.uniform() * cities.length)]),
      draws.uniform() < 0.3 ? "true" : "false",
      `0${1000 + Math.floor(draws.uniform() * 8)}`,
      score.toFixed(4),
      draws.uniform() < score ? "1" : "0",
    ].join(",");
  });
  return `when,amount,city,member,postcode,score,bought\n${lines.join("\n")}\n`;
}

const read = (text: string): Comparison => Comparison.parse(JSON.parse(text));
const statusOf = (comparison: Comparison, name: string): string | undefined =>
  comparison.features.find((feature) => feature.name === name)?.verdict.status;

beforeAll(async () => {
  await build({ only: ["kernel", "command"] });
  folder = mkdtempSync(join(tmpdir(), "mdt-command-"));
  put("reference.csv", csv({ rows: 6000, seed: 1 }));
  put("calm.csv", csv({ rows: 3000, seed: 2 }));
  put("moved.csv", csv({ rows: 3000, seed: 3, shift: 0.8 }));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("mdt compare", () => {
  it("says what changed, loudest first, without colours where there is no terminal", () => {
    const { code, out, err } = mdt(["compare", "reference.csv", "moved.csv"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toContain("reference  reference.csv  6,000 rows");
    expect(out).toMatch(/^DRIFT {2}Drift in amount\.$/m);
    expect(out).toMatch(/^feature .*\namount +(mean|median) .*up 0\.[78].* sd\).*<0\.0001 +drift$/m);
    expect(out).toContain("30 days of the reference");
    // eslint-disable-next-line no-control-regex -- colours begin with it
    expect(out).not.toMatch(/\u001b/);
    expect(out.split("\n").every((line) => line.length <= 100)).toBe(true);
  });

  it("colours on request, never against NO_COLOR", () => {
    expect(mdt(["compare", "reference.csv", "moved.csv"], { FORCE_COLOR: "1" }).out).toContain(
      "\u001b[31;1mDRIFT",
    );
    const both = { FORCE_COLOR: "1", NO_COLOR: "1" };
    expect(mdt(["compare", "reference.csv", "moved.csv"], both).out).not.toContain("\u001b");
  });

  it("exits by what was asked for", () => {
    expect(mdt(["compare", "reference.csv", "moved.csv", "--fail-on", "drift", "--quiet"])).toEqual({
      code: 1,
      out: "",
      err: "",
    });
    expect(mdt(["compare", "reference.csv", "calm.csv", "--fail-on=warning", "--quiet"]).code).toBe(0);
    put("few.csv", csv({ rows: 20, seed: 4 }));
    expect(mdt(["compare", "reference.csv", "few.csv", "--fail-on", "drift"]).code).toBe(0);
    expect(mdt(["compare", "reference.csv", "few.csv", "--fail-on", "insufficient"]).code).toBe(1);
  });

  it("takes columns for what they are, and says why", () => {
    const found = read(mdt(["compare", "reference.csv", "calm.csv", "--json"]).out);
    const types = Object.fromEntries(found.features.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      amount: "numeric",
      city: "categorical",
      member: "boolean",
      postcode: "categorical",
      score: "numeric",
    });
    expect(types).not.toHaveProperty("when");
    expect(found.options.time).toBe("when");
    expect(found.notices.some(({ column }) => column === "postcode")).toBe(true);
    const told = read(
      mdt([
        "compare",
        "reference.csv",
        "calm.csv",
        "--json",
        "--type",
        "postcode=numeric",
        "--ignore",
        "city,member",
      ]).out,
    );
    expect(told.features.map(({ name, type }) => [name, type])).toContainEqual(["postcode", "numeric"]);
    expect(statusOf(told, "city")).toBeUndefined();
    put("types.json", JSON.stringify({ postcode: "numeric" }));
    const schema = read(
      mdt(["compare", "reference.csv", "calm.csv", "--json", "--schema", "types.json"]).out,
    );
    expect(schema.features.find(({ name }) => name === "postcode")?.type).toBe("numeric");
  });

  it("writes the same bytes every time, whatever the files are called", () => {
    const first = mdt(["compare", "reference.csv", "moved.csv", "--json"]).out;
    expect(mdt(["compare", "reference.csv", "moved.csv", "--json", "--fail-on", "drift"]).out).toBe(first);
    put("packed.csv.gz", gzipSync(readFileSync(join(folder, "moved.csv"))));
    const packed = read(mdt(["compare", "reference.csv", "packed.csv.gz", "--json"]).out);
    expect({ ...packed, inputs: null }).toEqual({ ...read(first), inputs: null });
  });

  it("gives the same answer from CSV, NDJSON and JSON", () => {
    const rows = readFileSync(join(folder, "moved.csv"), "utf8").trim().split("\n").slice(1);
    const objects = rows.map((line) => {
      const found = /^([^,]*),([^,]*),("(?:[^"]|"")*"|[^,]*),([^,]*),([^,]*),([^,]*),([^,]*)$/.exec(line);
      const [, when, amount, city, member, postcode, score, bought] = found ?? [];
      return {
        when,
        amount: amount === "" ? null : Number(amount),
        city: city.startsWith('"') ? city.slice(1, -1).replaceAll('""', '"') : city,
        member: member === "true",
        postcode,
        score: Number(score),
        bought: Number(bought),
      };
    });
    put("moved.ndjson", objects.map((object) => JSON.stringify(object)).join("\n"));
    put("moved.json", JSON.stringify(objects));
    const verdicts = ["moved.csv", "moved.ndjson", "moved.json"].map((name) => {
      const { features, verdict, evidence } = read(mdt(["compare", "reference.csv", name, "--json"]).out);
      return {
        verdict,
        counts: evidence.counts,
        features: features.map(({ name: column, verdict: own }) => [column, own]),
      };
    });
    expect(verdicts[1]).toEqual(verdicts[0]);
    expect(verdicts[2]).toEqual(verdicts[0]);
  });

  it("compares with a profile as with the rows it was made of", () => {
    const rows = read(
      mdt(["compare", "reference.csv", "moved.csv", "--json", "--profile", "reference.profile.json"]).out,
    );
    const profile = read(mdt(["compare", "reference.profile.json", "moved.csv", "--json"]).out);
    expect(profile.features.map(({ verdict }) => verdict)).toEqual(
      rows.features.map(({ verdict }) => verdict),
    );
    expect(profile.inputs.reference.format).toBe("profile");
    const before = readFileSync(join(folder, "reference.profile.json"), "utf8");
    const alone = mdt(["compare", "reference.csv", "--profile", "reference.profile.json"]);
    expect(alone).toEqual({
      code: 0,
      out: "reference.profile.json: 6,000 rows as counts of 6 features, 30 days\n",
      err: "",
    });
    expect(readFileSync(join(folder, "reference.profile.json"), "utf8")).toBe(before);
    // Counts, and no text of any row but the categories.
    expect(readFileSync(join(folder, "reference.profile.json"), "utf8")).not.toContain("2026-01-01T");
  });

  it("goes by segment and by day, and says what it costs", () => {
    const { out, code } = mdt([
      "compare",
      "reference.csv",
      "moved.csv",
      "--segment",
      "member",
      "--by",
      "week",
      "--all",
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/^By member: 2 segments, each judged at a level of 0\.025/m);
    expect(out).toMatch(/^By week: .*5 weeks/m);
    expect(out).toMatch(/^2025-12-29 to 2026-01-26 +amount +3,000 +drift$/m);
  });

  it("shows performance, and other tools' answers", () => {
    const { out } = mdt([
      "compare",
      "reference.csv",
      "calm.csv",
      "--target",
      "bought",
      "--score",
      "score",
      "--compat",
      "evidently",
    ]);
    expect(out).toMatch(/^rocAuc +0\.8\d+ \(/m);
    expect(out).toContain("evidently would say: ok (uncalibrated)");
    const unlabelled = csv({ rows: 3000, seed: 5 }).replaceAll(/,[01]$/gm, ",");
    put("unlabelled.csv", unlabelled);
    const estimated = mdt([
      "compare",
      "reference.csv",
      "unlabelled.csv",
      "--target",
      "bought",
      "--score",
      "score",
    ]).out;
    expect(estimated).toContain("current (estimated)");
    expect(estimated).toContain("no concept drift");
  });

  it("leaves no unfinished file, and writes a report that can be verified", () => {
    const { code } = mdt([
      "compare",
      "reference.csv",
      "moved.csv",
      "--html",
      "report.html",
      "--json",
      "report.json",
      "--quiet",
    ]);
    expect(code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    for (const name of ["report.html", "report.json"]) {
      const { code: verified, out } = mdt(["verify", name]);
      expect(out).toContain("Every number is the same, bit for bit.");
      expect(verified).toBe(0);
    }
    const changed = readFileSync(join(folder, "report.json"), "utf8").replace(
      '"status":"drift"',
      '"status":"ok"',
    );
    put("changed.json", changed);
    const tampered = mdt(["verify", "changed.json"]);
    expect(tampered.code).toBe(1);
    expect(tampered.out).toMatch(/ ok +≠ drift/);
    const report = read(readFileSync(join(folder, "report.json"), "utf8"));
    report.evidence.counts.pop();
    put("short.json", JSON.stringify(report));
    const short = mdt(["verify", "short.json"]);
    expect(short).toMatchObject({ code: 2, out: "" });
    expect(short.err).toMatch(/^mdt: short\.json contradicts itself: /);
  });
});

describe("what cannot be compared", () => {
  const refused = (args: string[], says: RegExp): void => {
    const { code, out, err } = mdt(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(says);
    expect(err.trim().split("\n").length).toBeLessThanOrEqual(3);
    expect(err).not.toMatch(/at .*mdt\.js|fault of mdt/);
  };

  it("is said in one sentence, with what to do", () => {
    refused(["compare", "reference.csv"], /Name two files/);
    refused(
      ["compare", "reference.csv", "nowhere.csv"],
      /nowhere\.csv cannot be read: there is no such file/,
    );
    refused(["compare", "reference.csv", "."], /folder/);
    refused(["compare", "reference.csv", "calm.csv", "--seperator", ";"], /no option --seperator/);
    refused(["compare", "reference.csv", "calm.csv", "--fail-no", "drift"], /did you mean --fail-on/);
    refused(["compare", "reference.csv", "calm.csv", "--level", "2"], /--level/);
    refused(["compare", "reference.csv", "calm.csv", "--segment", "nowhere"], /nowhere/);
    refused(["compare", "reference.csv", "calm.csv", "--by", "day", "--time", "nowhere"], /nowhere/);
    refused(
      ["compare", "reference.csv", "calm.csv", "--html", "no/such/folder/report.html"],
      /cannot be written/,
    );
    refused(["compare", "reference.csv", "calm.csv", "--type", "amount"], /COLUMN=VALUE/);
    refused(["compare", "reference.csv", "calm.csv", "--type", "amount=colour"], /colour/);
    refused(["bake"], /no command/);
    refused(["verify", "reference.csv"], /no report/);
  });

  it("is said for broken files too", () => {
    refused(["compare", put("empty.csv", ""), "calm.csv"], /empty/);
    refused(["compare", put("header.csv", "a,b\n"), "calm.csv"], /header\.csv has no rows/);
    refused(["compare", put("broken.json", '[{"a": 1}, {"a": '), "calm.csv"], /broken\.json/);
    refused(
      [
        "compare",
        put(
          "noise.parquet",
          new Uint8Array(4000).map((_, i) => (i * 131) & 255),
        ),
        "calm.csv",
      ],
      /noise\.parquet/,
    );
    refused(
      ["compare", put("cut.csv.gz", gzipSync(csv({ rows: 500, seed: 9 })).subarray(0, 3000)), "calm.csv"],
      /cut\.csv\.gz/,
    );
    refused(["compare", "reference.csv", put("other.csv", "x,y\n1,2\n3,4\n")], /column/);
  });

  it("does not let a file's names write to the terminal", () => {
    put("names.csv", csv({ rows: 400, seed: 8 }).replace("amount", "am\u001b[2Jount"));
    const { out } = mdt(["compare", "names.csv", "names.csv"]);
    expect(out).toContain("am▯[2Jount");
    expect(out).not.toContain("\u001b");
  });
});

describe("the package", () => {
  it("holds the one file that runs, and names it", () => {
    const npm = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      ...{ cwd: inRoot(), encoding: "utf8", shell: process.platform === "win32" },
    });
    const [{ files }] = JSON.parse(npm.stdout) as [{ files: { path: string }[] }];
    expect(files.map(({ path }) => path).sort()).toEqual(
      [
        "LICENSE",
        "README.md",
        "dist/LICENCES.txt",
        "dist/mdt.js",
        "docs/command.md",
        "docs/compare.md",
        "package.json",
      ].sort(),
    );
    const { bin } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as { bin: { mdt: string } };
    expect(readFileSync(inRoot(bin.mdt), "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
  });
});

describe("Ctrl-C", () => {
  it("ends at once and leaves nothing behind", async () => {
    put(
      "large.csv",
      csv({ rows: 6000, seed: 6 })
        .repeat(100)
        .replaceAll(/\nwhen.*/g, ""),
    );
    const before = readdirSync(folder);
    const child = spawn(
      process.execPath,
      [inRoot("dist", "mdt.js"), "compare", "large.csv", "large.csv", "--html", "never.html"],
      { cwd: folder, stdio: "ignore" },
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGINT");
    // A process that was not ready to answer the signal yet ends by it, which a shell reports as 130 too.
    const ended = await new Promise((resolve) =>
      child.once("close", (code, signal) => resolve(signal ?? code)),
    );
    expect([130, "SIGINT"]).toContain(ended);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("help", () => {
  it("is there for the command and each of its parts", () => {
    expect(mdt(["--help"]).out).toContain("mdt compare REFERENCE CURRENT");
    for (const name of ["compare", "verify"]) {
      const { code, out } = mdt([name, "--help"]);
      expect(code).toBe(0);
      expect(out).toContain("Examples");
      expect(mdt(["help", name]).out).toBe(out);
    }
    expect(mdt(["--version"]).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(mdt([]).code).toBe(2);
  });
});
