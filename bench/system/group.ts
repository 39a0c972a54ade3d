/** Processor time and memory of the platform's processes, as Linux tells them; null elsewhere. */
import { readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: string;
  name: string;
  /** User and system, since it started. */
  cpuSeconds: number;
  residentMb: number;
}

export type Group = readonly Process[];

export interface Cpu {
  /** Of the process that runs the Worker and its objects. */
  workerSeconds: number;
  /** Of all others: the process that started it, which production has not. */
  otherSeconds: number;
}

/** A clock tick is a hundredth of a second on every Linux that Node runs on. */
const ticksASecond = 100;
const pageMb = 4096 / 2 ** 20;

/** @param leader pid of the process whose group it is */
export function groupOf(leader: number): Group | null {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => processOf(pid, leader) ?? []);
  } catch {
    return null; // no /proc: not Linux
  }
}

export const residentMb = (group: Group): number =>
  Math.round(group.reduce((sum, { residentMb }) => sum + residentMb, 0));

export function cpuBetween(before: Group | null, after: Group | null): Cpu | null {
  if (before === null || after === null) return null;
  const earlier = new Map(before.map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  const used = after.map(({ pid, name, cpuSeconds }) => ({
    name,
    seconds: cpuSeconds - (earlier.get(pid) ?? 0),
  }));
  const servers = used.filter(({ name }) => name === "workerd").map(({ seconds }) => seconds);
  const workerSeconds = servers.reduce((sum, seconds) => sum + seconds, 0);
  return { workerSeconds, otherSeconds: used.reduce((sum, { seconds }) => sum + seconds, -workerSeconds) };
}

function processOf(pid: string, group: number): Process | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null; // ended while we looked
  }
  // The command stands in brackets and may hold anything; fields are counted from the state behind it.
  const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (Number(fields[2]) !== group) return null;
  return {
    pid,
    name,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksASecond,
    residentMb: Number(fields[21]) * pageMb,
  };
}
