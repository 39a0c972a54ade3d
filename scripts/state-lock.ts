/** One supervisor a state directory: an exclusive lock that a dead holder does not keep. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isOurs, record, type Recorded } from "./processes.ts";

/** What a running supervisor tells the next one. */
export interface Running {
  supervisor: Recorded;
  /** Leaders of process groups to end when the supervisor is found dead. */
  groups: Recorded[];
  url: string | null;
}

const lockFile = (dir: string): string => join(dir, "lock");
const runningFile = (dir: string): string => join(dir, "running.json");

export type Lock = { held: true; orphans: Recorded[] } | { held: false; running: Running };

export function takeLock(dir: string): Lock {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const orphans: Recorded[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(lockFile(dir), "wx");
      writeFileSync(file, JSON.stringify(record(process.pid)));
      closeSync(file);
      writeRunning(dir, { supervisor: record(process.pid), groups: [], url: null });
      return { held: true, orphans };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readJson<Recorded>(lockFile(dir));
    const running = readJson<Running>(runningFile(dir));
    if (holder && isOurs(holder)) {
      return { held: false, running: running ?? { supervisor: holder, groups: [], url: null } };
    }
    // The holder is dead: whoever renames the stale lock away first may take the new one.
    orphans.push(...(running?.groups ?? []).filter(isOurs));
    try {
      renameSync(lockFile(dir), `${lockFile(dir)}.stale`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error; // another start was faster: look again
    }
  }
  throw new Error(`could not take the lock in ${dir}; is another start under way?`);
}

export function writeRunning(dir: string, running: Running): void {
  const next = `${runningFile(dir)}.next`;
  writeFileSync(next, JSON.stringify(running, null, 2));
  renameSync(next, runningFile(dir));
}

export function releaseLock(dir: string): void {
  rmSync(runningFile(dir), { force: true });
  rmSync(lockFile(dir), { force: true });
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (missing || error instanceof SyntaxError) return null; // not written yet, or cut off by a crash
    throw error;
  }
}
