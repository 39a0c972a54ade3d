import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { inRoot, root } from "../../scripts/paths.ts";

/** Who may import whom (docs/architecture.md): the table, enforced. */
const mayImport: Record<string, string[]> = {
  "core-as": ["core-as"],
  worker: ["worker", "core-as", "sql"],
  client: ["client", "core-as"],
  app: ["app", "core-as", "sql"],
  examples: ["examples", "client", "core-as", "scripts"],
  bench: ["bench", "core-as", "scripts", "examples"],
};
const rooms = Object.keys(mayImport);
const ignored = new Set(["build", "node_modules", ".svelte-kit"]);

function sources(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return sources(inner);
      return /\.(ts|svelte|mjs|js)$/.test(entry.name) ? [inner] : [];
    });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)["']([^"']+)["']/g);
  return [...found].map((match) => match[1]);
}

/** The room an import leads to; null for packages. */
function roomOf(file: string, specifier: string): string | null {
  if (specifier.startsWith("#core/")) return "core-as";
  if (specifier.startsWith("#sql/")) return "sql";
  if (specifier.startsWith("$lib")) return "app";
  if (specifier.startsWith(".")) return relative(root, join(file, "..", specifier)).split(/[\\/]/)[0];
  return null;
}

const existing = rooms.filter((room) => statSync(inRoot(room), { throwIfNoEntry: false })?.isDirectory());
const files = existing.flatMap((room) => sources(inRoot(room)).map((file) => ({ room, file })));

describe("the rooms", () => {
  it("are all there", () => {
    expect(existing).toEqual(rooms);
    expect(files.length).toBeGreaterThan(50);
  });

  it("import only what the table allows", () => {
    const wrong = files.flatMap(({ room, file }) =>
      importsOf(file)
        .map((specifier) => ({ specifier, to: roomOf(file, specifier) }))
        .filter(({ to }) => to !== null && !mayImport[room].includes(to))
        .map(({ specifier }) => `${relative(root, file)} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keep the core pure: no package but zod and the parsers, no platform", () => {
    const allowed = /^(zod|papaparse|hyparquet|hyparquet-compressors|hyparquet-writer|@uwdata\/flechette)$/;
    const wrong = files
      .filter(({ room }) => room === "core-as")
      .flatMap(({ file }) =>
        importsOf(file)
          .filter((specifier) => !/^[.#]/.test(specifier) && !allowed.test(specifier))
          .map((specifier) => `${relative(root, file)} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["D1 statements", "worker/store", /\.prepare\s*\(/, /^worker\//],
    ["fetch in the dashboard", "app/lib/api.ts", /\bfetch\s*\(/, /^app\/(?!lib\/db\.ts|service-worker\.ts)/],
    ["DuckDB in the dashboard", "app/lib/db", /duckdb-wasm/, /^app\//],
    [
      "Wasm memory",
      "core-as/kernel/arena.ts",
      /WebAssembly\.Memory|\.memory\b/,
      /^core-as\/(?!assembly|build)/,
    ],
  ])("keep %s in %s", (_what, owner, pattern, where) => {
    const wrong = files
      .map(({ file }) => ({ file, path: relative(root, file) }))
      .filter(({ path }) => where.test(path) && !path.startsWith(owner))
      .filter(({ file }) =>
        pattern.test(readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")),
      )
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it("has no file with a vague name and none that is far too long", () => {
    const vague = files.filter(({ file }) =>
      /(^|\/)(utils?|helpers?|common|misc)(\.|\/)/.test(relative(root, file)),
    );
    const long = files.filter(({ file }) => readFileSync(file, "utf8").split("\n").length > 350);
    expect([...vague, ...long].map(({ file }) => relative(root, file))).toEqual([]);
  });
});
