/** What the figures were measured on. */
import { cpus, loadavg, release, totalmem, type } from "node:os";

export interface Machine {
  cpu: string;
  system: string;
  node: string;
  c: string;
  python: string;
  rounds: string;
  /** What else the machine had to do: figures of a busy one are worth less. */
  load: string;
  date: string;
}

export function machine({ c, python, rounds }: { c: string; python: string; rounds: number }): Machine {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    cpu: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${gigabytes} GB`,
    system: `${type()} ${release()}, ${process.arch}`,
    node: `Node ${process.version}, V8 ${process.versions.v8}`,
    c,
    python,
    rounds: `medians of ${rounds} interleaved rounds`,
    load: `load average ${loadavg()[0].toFixed(1)} when it began`,
    date: new Date().toISOString().slice(0, 10),
  };
}
