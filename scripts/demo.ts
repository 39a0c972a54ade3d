/**
 * The demo's replay as a child of the supervisor: prepared (features, training) while the dashboard builds, replayed
 * once the platform answers. It keeps its place on the server, so ending it at any moment is safe.
 */
import { type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { inRoot } from "./paths.ts";
import { startGroup } from "./processes.ts";

/** One line of the child's progress (JSON on its standard output). */
export interface DemoProgress {
  phase: string;
  done: number;
  total: number;
  ratePerSecond: number | null;
  secondsLeft: number | null;
  eventTime: string | null;
  text: string | null;
}

export interface Demo {
  child: ChildProcess;
  /** Exit code and the last of what it wrote to its standard error. */
  ended: Promise<{ code: number | null; errors: string }>;
}

export function startDemo(
  command: "prepare" | "replay",
  environment: Record<string, string>,
  onProgress: (progress: DemoProgress) => void,
): Demo {
  const child = startGroup(inRoot("examples", "flights", "main.ts"), [command], {
    cwd: inRoot(),
    env: { ...process.env, ...environment, MDT_PROGRESS: "json" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const progress = parseProgress(line);
      if (progress) onProgress(progress);
    });
  }
  return { child, ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, errors }))) };
}

function parseProgress(line: string): DemoProgress | null {
  if (!line.startsWith("{")) return null; // a warning of the runtime, not ours
  const value = JSON.parse(line) as Partial<DemoProgress>;
  if (typeof value.phase !== "string") return null;
  return {
    phase: value.phase,
    done: value.done ?? 0,
    total: value.total ?? 0,
    ratePerSecond: value.ratePerSecond ?? null,
    secondsLeft: value.secondsLeft ?? null,
    eventTime: value.eventTime ?? null,
    text: value.text ?? null,
  };
}

/** "replay  2001-03-02  34 %  12,400 rows/s  4 min left" */
export function describeProgress(progress: DemoProgress): string {
  const words = [`    ${progress.phase}`];
  if (progress.eventTime) words.push(progress.eventTime.slice(0, 10));
  if (progress.total > 0) words.push(`${Math.floor((100 * progress.done) / progress.total)} %`);
  // Preparing counts trees and steps; only the replay counts rows.
  if (progress.ratePerSecond !== null && progress.eventTime !== null)
    words.push(`${Math.round(progress.ratePerSecond).toLocaleString("en-US")} rows/s`);
  if (progress.secondsLeft !== null) words.push(`${describeSeconds(progress.secondsLeft)} left`);
  if (progress.text) words.push(progress.text);
  return words.join("  ");
}

function describeSeconds(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
