/**
 * False alarms where rows are not independent: rows of one period share an effect, and periods resemble the ones before.
 * The reference has chunks, so both nulls decide; windows are the periods that follow it, as they would in operation.
 *
 * `day effect`: days differ by a normal effect of 0.2 standard deviations, autocorrelated by ρ. `diurnal`: hours differ by
 * a daily cycle of half a standard deviation and an effect of 0.2 with ρ = 0.9 from hour to hour. ρ = 0.9 is published,
 * not promised: four weeks hold too few independent periods.
 */
import type { Column } from "#core/domain/columns.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import type { Method } from "#core/domain/policy.ts";
import { autoregressive, seedFor, startStream } from "./chance.ts";
import { type Source, sourceOf } from "./data.ts";
import { drawTablesFrom, drawWindow, kernel, referenceFrom, singleTest } from "./product.ts";
import { count, newTally, nextReference, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";
import { alphas } from "./tests.ts";

interface Law {
  name: string;
  promised: boolean;
  periodMs: number;
  /** Chunks of the reference. */
  chunks: number;
  rho: number;
  /** What a period is shifted by besides its random effect. */
  cycle: (period: number) => number;
}

const tau = 0.2;
const days = (chunks: number, rho: number): Law => ({
  name: `day effect, ρ = ${rho}, ${chunks} days`,
  promised: rho < 0.9,
  periodMs: DAY_MS,
  chunks,
  rho,
  cycle: () => 0,
});
const hours: Law = {
  name: "diurnal, ρ = 0.9, 28 days",
  promised: false,
  periodMs: HOUR_MS,
  chunks: 28 * 24,
  rho: 0.9,
  cycle: (hour) => 0.5 * Math.sin((2 * Math.PI * hour) / 24),
};
const laws: Law[] = [days(28, 0), days(28, 0.6), days(28, 0.9), days(90, 0.6), hours];

/** The Monday from which periods are counted. */
const startMs = Date.UTC(2026, 0, 5);
const methods: Method[] = ["ad", "ks", "psi", "js", "wasserstein"];
const block = 50;

interface DependentPart {
  law: string;
  data: string;
  m: number;
  from: number;
  to: number;
}

export function dependentTasks({ references, full }: Effort): Task[] {
  const tasks: Task[] = [];
  for (const { name: law, periodMs, chunks } of laws)
    for (const data of ["normal", "zeros 50 %"])
      for (const m of [50, 200, 1000, 2000]) {
        // References of hours with a thousand rows each hold 672,000.
        const tooMany = periodMs === HOUR_MS ? m > 50 : m === 1000 || (m === 50 && chunks > 28);
        if (!full && (tooMany || (data !== "normal" && chunks > 28))) continue;
        for (let from = 0; from < references; from += block)
          tasks.push({
            kind: "dependent",
            name: `${data} with ${law}, m = ${m}`,
            part: { law, data, m, from, to: Math.min(references, from + block) } satisfies DependentPart,
          });
      }
  return tasks;
}

export async function runDependent(part: unknown, effort: Effort): Promise<Tally[]> {
  const { law: lawName, data, m, from, to } = part as DependentPart;
  const law = laws.find(({ name }) => name === lawName);
  if (law === undefined) throw new RangeError(`no dependence called "${lawName}"`);
  const source = sourceOf(data);
  const n = law.chunks * m;
  const subject = { kind: "dependent" as const, data: `${data}, ${law.name}`, n, m, features: 1 };
  const both = methods.map((method) =>
    newTally({ ...subject, method, ...(law.promised ? {} : { promised: false as const }) }, alphas),
  );
  const alone = methods.map((method) =>
    newTally({ ...subject, method: `${method}, sampling null alone`, promised: false }, alphas),
  );
  for (let each = from; each < to; each++) {
    startStream(effort.release, "dependent", lawName, data, m, each);
    drawTablesFrom(seedFor(effort.release, "tables", data, n, each));
    const effects = autoregressive(tau, law.rho);
    const reference = await referenceOf(source, law, m, effects, seedFor(effort.release, lawName, m, each));
    [...both, ...alone].forEach(nextReference);
    for (let window = 0; window < effort.costlyWindows / 2; window++) {
      const period = law.chunks + window;
      const shares = source.shares(kernel, reference.features[0].cells, effects() + law.cycle(period));
      const question = {
        reference,
        window: drawWindow(shares, m),
        windowStartMs: startMs + period * law.periodMs,
        windowMs: law.periodMs,
      };
      methods.forEach((method, index) => {
        const seed = seedFor(effort.release, lawName, data, m, each, window, method);
        const { pValue, pSampling, marks } = singleTest({ ...question, seed }, method);
        const rejects = (p: number): boolean[] => alphas.map((alpha) => p <= alpha);
        count(both[index], rejects(pValue), marks.includes("extrapolated"));
        count(alone[index], rejects(pSampling));
      });
    }
  }
  return [...both, ...alone];
}

async function referenceOf(source: Source, law: Law, m: number, effects: () => number, seed: number) {
  const values = new Float64Array(law.chunks * m);
  const timesMs = new Float64Array(values.length);
  for (let period = 0; period < law.chunks; period++) {
    const column = source.draw(m, effects() + law.cycle(period));
    if (column.kind !== "numeric") throw new TypeError("dependent rows are numeric");
    values.set(column.values, period * m);
    for (let row = 0; row < m; row++) timesMs[period * m + row] = startMs + (period + row / m) * law.periodMs;
  }
  const columns = new Map<string, Column>([["x", { kind: "numeric", values }]]);
  const feature = { name: "x", type: source.type, role: "feature" as const };
  return referenceFrom([feature], { rows: values.length, timesMs, columns }, seed, law.periodMs);
}
