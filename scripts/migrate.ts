import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, wranglerBin } from "./paths.ts";
import { collect } from "./processes.ts";
import { quietWrangler } from "./wrangler.ts";

/**
 * Brings the local database up to date. Runs before the platform starts: two processes must never open one state directory. A second
 * time with the same migrations it does nothing, which saves the start of wrangler.
 * @param persistTo where the platform keeps what it stores; who removes it removes the note of what was done, too
 */
export async function migrate(persistTo: string): Promise<void> {
  const note = join(persistTo, "migrations.sha256");
  const now = fingerprint();
  if (existsSync(note) && readFileSync(note, "utf8") === now) return;
  const args = ["d1", "migrations", "apply", "mdt-edge", "--local", "--persist-to", persistTo];
  const child = spawn(process.execPath, [wranglerBin, ...args], {
    cwd: inRoot(),
    env: { ...process.env, ...quietWrangler },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(child);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the database's migrations failed:\n${output.tail()}`);
  writeFileSync(note, now);
}

/** Of the migrations, and of which database they are for. */
function fingerprint(): string {
  const folder = inRoot("sql", "migrations");
  const files = readdirSync(folder)
    .sort()
    .map((file) => join(folder, file));
  const hash = createHash("sha256");
  for (const file of [...files, inRoot("wrangler.toml")]) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
