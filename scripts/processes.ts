/** Processes of ours: started in a group of their own, ended as a group, recognised by pid and command line. */
import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface Recorded {
  pid: number;
  /** The command line as the system shows it: a reused pid is not ours. */
  command: string;
}

/** Starts a program of this Node as the leader of its own process group. */
export function startGroup(script: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [script, ...args], { ...options, detached: true });
}

/** The command line of a living process; null when there is none. */
export function commandOf(pid: number): string | null {
  try {
    const text = execFileSync("ps", ["-p", String(pid), "-o", "stat=,args="], { encoding: "utf8" }).trim();
    // A zombie holds its pid but runs nothing.
    return text === "" || text.startsWith("Z") ? null : text.replace(/^\S+\s+/, "");
  } catch {
    return null; // `ps` exits 1 when the pid is unknown: that is the answer.
  }
}

export function record(pid: number): Recorded {
  return { pid, command: commandOf(pid) ?? "" };
}

/** Alive, and still the process that was recorded. */
export function isOurs({ pid, command }: Recorded): boolean {
  return command !== "" && commandOf(pid) === command;
}

function groupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false; // ESRCH: nobody is left in the group.
  }
}

/**
 * Ends a whole group: asks, waits up to `graceMs`, then kills. Killing the leader alone would leave workerd answering on the port.
 */
export async function endGroup(pid: number, graceMs = 5000): Promise<void> {
  if (!groupAlive(pid)) return;
  signalGroup(pid, "SIGTERM");
  for (let waited = 0; waited < graceMs && groupAlive(pid); waited += 50) await sleep(50);
  if (groupAlive(pid)) signalGroup(pid, "SIGKILL");
  for (let waited = 0; waited < 2000 && groupAlive(pid); waited += 20) await sleep(20);
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone already: what we wanted
  }
}

/** Keeps the last lines of a child's output, for the message when it fails. */
export function collect(child: ChildProcess): { tail: () => string } {
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-8000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return { tail: () => text.trim() };
}
