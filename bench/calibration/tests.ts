/**
 * False alarms of single tests: windows without drift against references without chunks, so that the sampling null alone
 * decides. By method, rows of window and reference, and data (METHODS §1).
 */
import type { Column } from "#core/domain/columns.ts";
import type { Method } from "#core/domain/policy.ts";
import type { Cells } from "#core/domain/reference-cells.ts";
import { methodsFor } from "#core/methods/statistics.ts";
import { seedFor, startStream } from "./chance.ts";
import { sourceOf, sources } from "./data.ts";
import { drawTablesFrom, drawWindow, kernel, referenceFrom, singleTest, unseenTest } from "./product.ts";
import { count, newTally, nextReference, type Subject, type Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";

export const alphas = [0.05, 0.01, 0.001, 1e-4];
export const windowRows = [50, 100, 200, 500, 1000, 10_000];
export const referenceRows = [500, 5000, 50_000];
type Measured = Method | "unseen";

/** References of one task. */
const block = 50;
/** Null tables are drawn from so many seeds. */
const tableSeeds = 100;

export interface TestPart {
  data: string;
  n: number;
  /** Instead of all: rows of the windows, and only the tests that decide by default. */
  only?: number[];
  /** First reference, and the one after the last. */
  from: number;
  to: number;
}

export function testTasks({ references }: Effort): Task[] {
  const tasks: Task[] = [];
  for (const { name } of sources)
    for (const n of referenceRows)
      for (let from = 0; from < references; from += block)
        tasks.push({
          kind: "test",
          name: `tests on ${name}, n = ${n}`,
          part: { data: name, n, from, to: Math.min(references, from + block) } satisfies TestPart,
        });
  return tasks;
}

export async function runTests(part: unknown, effort: Effort): Promise<Tally[]> {
  const { data, n, from, to, only } = part as TestPart;
  const source = sourceOf(data);
  const feature = { name: "x", type: source.type, role: "feature" as const };
  const tallies = new Map<string, Tally>();
  for (let each = from; each < to; each++) {
    startStream(effort.release, "test", data, n, each);
    drawTablesFrom(seedFor(effort.release, "tables", data, n, each % tableSeeds));
    const columns = { rows: n, timesMs: null, columns: new Map<string, Column>([["x", source.draw(n)]]) };
    const reference = await referenceFrom([feature], columns, seedFor(effort.release, data, n, each));
    const { cells } = reference.features[0];
    const shares = source.shares(kernel, cells);
    const unseen = cells.kind !== "quantile" && source.type !== "boolean" ? (["unseen"] as const) : [];
    const methods = methodsFor(cells, source.type === "boolean");
    for (const m of only ?? windowRows)
      for (const method of [...(only ? methods.slice(0, 1) : methods), ...unseen]) {
        if (!only && !isMeasured(method, data, cells.kind, n, m, effort)) continue;
        const discrete = cells.kind !== "quantile" ? { discrete: true as const } : {};
        const subject = { kind: "test" as const, method, data, n, m, features: 1, ...discrete };
        const mean = tallyOf(tallies, subject);
        // A window that is large beside its reference is judged with care for unlucky references.
        const careful = m > n / 10 ? tallyOf(tallies, { ...subject, kind: "careful test" }) : null;
        startStream(effort.release, "test", data, n, each, m, method);
        let costly = false;
        const fewest = shares.length > 20 && cells.kind !== "quantile" ? effort.costliestWindows : effort.costlyWindows; // prettier-ignore
        for (let window = 0; window < (costly ? fewest : effort.windows); window++) {
          const seed = seedFor(effort.release, data, n, each, m, method, window);
          const question = { reference, window: drawWindow(shares, m), seed };
          const test = method === "unseen" ? unseenTest(question) : singleTest(question, method);
          const { pValue, pSampling, marks } = test ?? { pValue: 1, pSampling: 1, marks: [] as string[] };
          costly ||= marks.includes("simulated") || marks.includes("exact");
          const extrapolated = marks.includes("extrapolated") || marks.includes("tail");
          const rejects = (p: number): boolean[] => alphas.map((alpha) => p <= alpha);
          count(mean, rejects(pSampling), extrapolated);
          if (careful) count(careful, rejects(pValue), extrapolated);
        }
      }
  }
  return [...tallies.values()];
}

const always: Measured[] = ["ad", "chi2", "hypergeom", "unseen"];
const shown: Measured[] = [...always, "ks", "psi", "js"];
/** The tally of this subject, with room for one more reference. */
function tallyOf(tallies: Map<string, Tally>, subject: Subject): Tally {
  const key = JSON.stringify(subject);
  let tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, (tally = newTally(subject, alphas)));
  nextReference(tally);
  return tally;
}

/** What is redrawn cell by cell for every window of fifty categories: n and m. */
const fewSizes = ["500, 50", "500, 1000", "5000, 50", "5000, 200", "5000, 1000", "5000, 10000"].concat([
  "50000, 200",
  "50000, 10000",
]);
/** Those whose null depends on where the values lie. */
const onWidths: Measured[] = ["wasserstein", "energy"];

/**
 * What decides by default, and what every check shows, is measured everywhere; the other methods, and those whose null is
 * redrawn for every window, where it says most. Everything everywhere with `--full`.
 */
function isMeasured(
  method: Measured,
  data: string,
  cells: Cells["kind"],
  n: number,
  m: number,
  { full }: Effort,
): boolean {
  if (full) return true;
  const some = n === 5000 && [50, 200, 1000].includes(m);
  // Without ties ranks are all that other methods see: lognormal rows would only be normal ones again.
  if (data === "lognormal") return some && ["ad", ...onWidths].includes(method);
  if (data === "50 categories" && method !== "unseen" && !fewSizes.includes(`${n}, ${m}`)) return false;
  if (always.includes(method)) return true;
  if (cells !== "quantile") return some && (m === 200 || data !== "50 categories") && method !== "g";
  if (shown.includes(method)) return n === 5000 || m === 50 || m === 1000;
  return some && (m === 200 || onWidths.includes(method));
}
