/** The faults are tried in the runtime that has the real storage: by a test file, which is a part of `npm test` too. */
import { spawn } from "node:child_process";
import { inRoot } from "../../scripts/paths.ts";

export interface FaultsResult {
  /** Statements that failed in turn, and of which acts. */
  statements: number;
  acts: Record<string, number>;
}

const file = "tests/worker/storage-faults.test.ts";

/** @returns what was tried, and null where something was neither done nor left */
export async function tryStorageFaults(say: (line: string) => void): Promise<FaultsResult | null> {
  const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--project", "worker", file, "--disable-console-intercept"];
  const child = spawn(process.execPath, args, { cwd: inRoot(), stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const tried = /^tried (\{.*\})$/m.exec(said);
  if (code === 0 && tried !== null) return JSON.parse(tried[1]) as FaultsResult;
  say(said);
  say(`        again: npx vitest run --project worker ${file}`);
  return null;
}
