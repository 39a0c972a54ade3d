/** Runs the kernel's side of a row inside another engine: bundled into the worker and into the page. */
import type { Kernel } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { rows } from "../rows/all.ts";
import { fingerprint, type Task } from "../row.ts";

export type Who = "kernel" | "twin";

/** Runs a row at its first size so many times; the last answer is kept from being optimised away. */
export function runner(kernel: Kernel): (row: string, who: Who, times: number) => number[] {
  // One row at a time: its inputs are most of the memory.
  let current: { name: string; task: Task } | undefined;
  return (name, who, times) => {
    if (current?.name !== name) {
      const row = rows.find((each) => each.name === name);
      if (!row) throw new RangeError(`no row ${name}`);
      current = { name, task: row.task(row.sizes[0].values) };
    }
    const run = who === "kernel" ? kernel : twin;
    let answer = current.task.kernel(run);
    for (let i = 1; i < times; i++) answer = current.task.kernel(run);
    return fingerprint(answer);
  };
}
