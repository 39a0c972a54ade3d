/**
 * False alarms of whole checks: `evaluate` with its family and gates, on 1, 10 and 100 features without drift. What a
 * person's budget of false incidents is about (METHODS §1).
 */
import type { Column, Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { Policy } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import { layoutOf } from "#core/domain/reference-cells.ts";
import { evaluate } from "#core/evaluate.ts";
import { autoregressive, multinomial, seedFor, startStream } from "./chance.ts";
import { type Source, sourceOf } from "./data.ts";
import { drawTablesFrom, kernel, referenceFrom } from "./product.ts";
import { count, newTally, nextReference, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";

/** One of ten features each; a single feature is the first. */
const mixed = [
  ...["normal", "lognormal", "zeros 50 %", "5 categories", "normal"],
  ...["lognormal", "integers", "50 categories", "normal", "2 categories"],
];
/** Of a hundred features the ten and ninety of these. */
const many = ["normal", "5 categories", "lognormal", "2 categories", "2 categories, one rare"];
/** With days that differ (ρ = 0.6): numbers only. */
const mixedDays = ["normal", "zeros 50 %", "lognormal", "normal", "integers"];
/** The Monday from which days are counted. */
export const startMs = Date.UTC(2026, 0, 5);
const chunks = 28;
const tau = 0.2;
const rho = 0.6;
const policy = Policy.parse({});

interface VerdictPart {
  dependent: boolean;
  features: number;
  /** Rows of the reference; of each of its days where it has days. */
  n: number;
  windowRows: number[];
  from: number;
  to: number;
  windows: number;
}

export function verdictTasks({ references, windows, costlyWindows, costliestWindows, full }: Effort): Task[] {
  const tasks: Task[] = [];
  const add = (part: Omit<VerdictPart, "from" | "to">, block: number): void => {
    for (let from = 0; from < references; from += block)
      tasks.push({
        kind: "verdict",
        name: `verdicts on ${part.features} features, n = ${part.n}${part.dependent ? " a day" : ""}`,
        part: { ...part, from, to: Math.min(references, from + block) } satisfies VerdictPart,
      });
  };
  const rows = [50, 200, 1000, 10_000];
  const two = full ? rows : [50, 1000];
  for (const [n, windowRows] of [
    [500, two],
    [5000, rows],
    [50_000, two],
  ] as const) {
    add({ dependent: false, features: 1, n, windowRows: [...rows], windows }, 50);
    add({ dependent: false, features: 10, n, windowRows: [...windowRows], windows: costliestWindows }, 25);
  }
  const hundred = full ? rows : [200];
  add({ dependent: false, features: 100, n: 5000, windowRows: hundred, windows: costliestWindows }, 15);
  for (const m of [200, 2000])
    for (const features of [1, 10])
      add({ dependent: true, features, n: m, windowRows: [m], windows: costlyWindows }, 25);
  return tasks;
}

export async function runVerdicts(part: unknown, effort: Effort): Promise<Tally[]> {
  const { dependent, features, n, windowRows, from, to, windows } = part as VerdictPart;
  const [names, more] = dependent ? [mixedDays, mixedDays] : [mixed, many];
  const parts = Array.from({ length: features }, (_, index) =>
    sourceOf(index < names.length ? names[index] : more[index % more.length]),
  );
  const total = dependent ? chunks * n : n;
  const data = dependent
    ? `mixed, day effect, ρ = ${rho}, ${chunks} days`
    : features === 1
      ? names[0]
      : "mixed";
  const tallies = windowRows.map((m) => talliesOf(data, total, m, features));
  for (let each = from; each < to; each++) {
    startStream(effort.release, "verdict", data, n, features, each);
    drawTablesFrom(seedFor(effort.release, "tables", data, n, each % 100));
    const effects = parts.map(() => autoregressive(tau, rho));
    const reference = await referenceFrom(
      parts.map(({ type }, index) => ({ name: `f${index}`, type, role: "feature" })),
      dependent ? daysOf(parts, n, effects) : columnsOf(parts, n),
      seedFor(effort.release, "verdict", n, features, each),
    );
    const id = seedFor(effort.release, data, n, features, each).toString(36);
    windowRows.forEach((m, index) => {
      Object.values(tallies[index]).forEach(nextReference);
      for (let window = 0; window < windows; window++) {
        const counts = countsOf(reference, parts, m, dependent ? effects.map((next) => next()) : null);
        countVerdict(tallies[index], checkOf(reference, counts, m, `m${m}-${id}`, chunks + window));
      }
    });
  }
  return tallies.flatMap((each) => Object.values(each));
}

type Verdicts = ReturnType<typeof talliesOf>;

function talliesOf(data: string, n: number, m: number, features: number) {
  const { drift, warning } = policy.falseIncidentsPerMonth;
  const of = (method: string, level: number): Tally =>
    newTally({ kind: "verdict", method, data, n, m, features }, [level / 30]);
  return {
    drift: of("drift", drift),
    warning: of("warning or drift", warning),
    driftFamily: of("family at the drift level, before gates", drift),
    warningFamily: of("family at the warning level, before gates", warning),
  };
}

/** A complete check of the default policy over one day, `day` days after the start. */
export function checkOf(
  reference: Reference,
  counts: Float64Array,
  rows: number,
  modelId: string,
  day: number,
) {
  const windowStartMs = startMs + day * DAY_MS;
  const { features } = reference;
  const window = { modelId, monitor: "default", windowStartMs, windowEndMs: windowStartMs + DAY_MS };
  return evaluate(kernel, {
    ...{ ...window, reference, policy, counts, rows, features },
    ...{ windowMs: DAY_MS, revision: 0, configVersion: 1, complete: true },
  });
}

function countVerdict(tallies: Verdicts, { status, family, features }: ReturnType<typeof checkOf>): void {
  const least = features
    .flatMap(({ tests }) => tests.map(({ adjustedP }) => adjustedP))
    .reduce((a, b) => Math.min(a, b), 1);
  count(tallies.drift, [status === "drift"]);
  count(tallies.warning, [status === "drift" || status === "warning"]);
  count(tallies.driftFamily, [least <= family.level.drift]);
  count(tallies.warningFamily, [least <= family.level.warning]);
}

/** The flat vector of a window's counts, each feature independent of the others. */
function countsOf(reference: Reference, parts: Source[], m: number, shifts: number[] | null): Float64Array {
  const layout = layoutOf(reference);
  const counts = new Float64Array(layout.slots);
  reference.features.forEach(({ cells }, index) => {
    // The last share is the unseen one, and its slot is the first after the cells.
    const shares = parts[index].shares(kernel, cells, shifts?.[index]);
    counts.set(multinomial(shares, m), layout.features[index].offset);
  });
  return counts;
}

function columnsOf(parts: Source[], n: number): Columns {
  return {
    rows: n,
    timesMs: null,
    columns: new Map(parts.map((part, index) => [`f${index}`, part.draw(n)])),
  };
}

function daysOf(parts: Source[], perDay: number, effects: (() => number)[]): Columns {
  const rows = chunks * perDay;
  const timesMs = Float64Array.from({ length: rows }, (_, row) => startMs + (row / perDay) * DAY_MS);
  const columns = parts.map((part, index): [string, Column] => {
    const values = new Float64Array(rows);
    for (let day = 0; day < chunks; day++) {
      const column = part.draw(perDay, effects[index]());
      if (column.kind === "numeric") values.set(column.values, day * perDay);
    }
    return [`f${index}`, { kind: "numeric", values }];
  });
  return { rows, timesMs, columns: new Map(columns) };
}
