/**
 * False alarms of other monitors' rules, and ours beside them on the same rows: what a person gets who changes nothing.
 * Ours is the verdict of a whole check with the default budget, for windows of a day.
 */
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { createFolder } from "#core/domain/window.ts";
import { autoregressive, seedFor, startStream } from "./chance.ts";
import { type Source, sourceOf } from "./data.ts";
import { peerRules } from "./peer-rules.ts";
import type { Sample } from "./peer-statistics.ts";
import { drawTablesFrom, kernel, referenceFrom } from "./product.ts";
import { count, newTally, nextReference, type Subject, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";
import { checkOf, startMs } from "./verdicts.ts";

interface PeerPart {
  data: string;
  n: number;
  m: number;
  /** Days differ: a normal effect of 0.2 standard deviations, ρ = 0.6; the reference is n/m days. */
  dependent: boolean;
  from: number;
  to: number;
}

const block = 50;

export function peerTasks({ references }: Effort): Task[] {
  const tasks: Task[] = [];
  const add = (part: Omit<PeerPart, "from" | "to">): void => {
    for (let from = 0; from < references; from += block)
      tasks.push({
        kind: "peer",
        name: `peers on ${part.data}, n = ${part.n}, m = ${part.m}`,
        part: { ...part, from, to: Math.min(references, from + block) } satisfies PeerPart,
      });
  };
  for (const data of ["normal", "lognormal", "5 categories", "50 categories"])
    for (const n of [500, 5000])
      for (const m of [50, 100, 200, 500, 1000, 10_000])
        if (m <= 2 * n) add({ data, n, m, dependent: false });
  for (const m of [200, 2000]) add({ data: "normal", n: 28 * m, m, dependent: true });
  return tasks;
}

export async function runPeers(part: unknown, effort: Effort): Promise<Tally[]> {
  const { data, n, m, dependent, from, to } = part as PeerPart;
  const source = sourceOf(data);
  const numeric = source.type === "numeric";
  const name = dependent ? `${data}, day effect, ρ = 0.6, ${n / m} days` : data;
  const subject: Omit<Subject, "method"> = { kind: "peer", data: name, n, m, features: 1 };
  // NannyML's ten chunks are as long as its windows.
  const chunked = dependent || n === 10 * m;
  const rules = peerRules.filter(
    ({ applies, peer }) => applies(n, numeric) && (peer !== "NannyML" || chunked),
  );
  const theirs = rules.map(({ peer, method, alpha }) => newTally({ ...subject, method, peer }, [alpha]));
  const ours = ["warning or drift", "drift"].map((method, index) =>
    newTally({ ...subject, method }, [(index ? 0.1 : 1) / 30]),
  );
  for (let each = from; each < to; each++) {
    startStream(effort.release, "peer", name, n, m, each);
    drawTablesFrom(seedFor(effort.release, "tables", name, n, m, each % 100));
    const effects = dependent ? autoregressive(0.2, 0.6) : () => 0;
    const days = Array.from({ length: dependent ? n / m : 1 }, () =>
      source.draw(dependent ? m : n, effects()),
    );
    const column = joined(days);
    const feature = { name: "x", type: source.type, role: "feature" as const };
    const reference = await referenceFrom(
      [feature],
      columnsOf(column, n, dependent ? m : null),
      seedFor(effort.release, name, each),
    );
    const folder = createFolder(kernel, reference);
    const whole = sampleOf(column, source);
    // Ten chunks in the order of the rows; the days, where there are some.
    const chunks = dependent ? days.map((day) => sampleOf(day, source)) : tenths(column, source);
    const alarms = rules.map(({ prepare }) => prepare(kernel, whole, chunks));
    [...theirs, ...ours].forEach(nextReference);
    for (let window = 0; window < effort.costliestWindows; window++) {
      const rows = source.draw(m, effects());
      const sample = sampleOf(rows, source);
      alarms.forEach((alarm, index) => count(theirs[index], [alarm(sample)]));
      const counts = folder.fold(columnsOf(rows, m, null));
      const { status } = checkOf(
        reference,
        counts,
        m,
        `peer-${seedFor(name, n, m, each).toString(36)}`,
        28 + window,
      );
      count(ours[0], [status === "warning" || status === "drift"]);
      count(ours[1], [status === "drift"]);
    }
  }
  return [...theirs, ...ours];
}

function joined(parts: Column[]): Column {
  if (parts.length === 1) return parts[0];
  const values = parts.flatMap((part) => (part.kind === "numeric" ? [part.values] : []));
  const all = new Float64Array(values.reduce((sum, one) => sum + one.length, 0));
  values.reduce((at, one) => (all.set(one, at), at + one.length), 0);
  return { kind: "numeric", values: all };
}

function columnsOf(column: Column, rows: number, perDay: number | null): Columns {
  const timesMs =
    perDay === null
      ? null
      : Float64Array.from({ length: rows }, (_, row) => startMs + (row / perDay) * DAY_MS);
  return { rows, timesMs, columns: new Map([["x", column]]) };
}

export function sampleOf(column: Column, { name }: Source): Sample {
  if (column.kind === "numeric")
    return { rows: column.values.length, sorted: column.values.slice().sort(), counts: null };
  const counts = new Float64Array(column.dictionary.length);
  for (const code of column.codes) counts[code]++;
  if (counts.length === 0) throw new RangeError(`no categories in ${name}`);
  return { rows: column.codes.length, sorted: null, counts };
}

function tenths(column: Column, source: Source): Sample[] {
  const rows = column.kind === "numeric" ? column.values.length : column.codes.length;
  return Array.from({ length: 10 }, (_, k): Sample => {
    const [start, end] = [Math.floor((k * rows) / 10), Math.floor(((k + 1) * rows) / 10)];
    return sampleOf(
      column.kind === "numeric"
        ? { kind: "numeric", values: column.values.slice(start, end) }
        : { ...column, codes: column.codes.slice(start, end) },
      source,
    );
  });
}
