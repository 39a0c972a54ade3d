/**
 * Contenders take turns, round by round, so that a machine that slows down slows all of them. One sample is as many runs
 * as fill a millisecond or two; what is reported is the median of the samples, and how far they spread. Time that other
 * work on the machine takes is not counted: the C program and Python read the clock of their thread, here samples are repeated.
 * One run before every sample is not timed. Without it a contender pays for who was before it, who has filled the caches
 * with other things, and pays the more the fewer runs its sample has: ours often one, where C's three or four share that.
 */
export interface Contender {
  name: string;
  /** Nanoseconds of one run, as the mean of `repeats` runs on end, after one that is not timed. */
  sample: (repeats: number) => number | Promise<number>;
  /** How long a sample should take at least, where the clock or the way to it is coarse. */
  sampleMs?: number;
}

export interface Timing {
  /** Nanoseconds of one run. */
  median: number;
  p10: number;
  p90: number;
  rounds: number;
}

const defaultSampleMs = 2;
const warmUps = 3;
const mostRepeats = 100_000;
/** A hundred steps of the coarsest clock. */
const leastNs = 1e5;
/** How long a sample is taken anew until one is not interrupted. */
const patienceMs = 100;

export async function interleaved(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Map<string, Timing>> {
  const repeats = new Map<string, number>();
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { name, sample, sampleMs = defaultSampleMs } of contenders) {
    // The first run compiles, the next ones tell how long one takes: as many as the clock can tell from none.
    await sample(1);
    let once = await sample(1);
    for (let runs = 4; once * runs < leastNs && runs < mostRepeats; runs *= 4) once = await sample(runs);
    once = Math.max(1, once);
    repeats.set(name, Math.min(mostRepeats, Math.max(1, Math.ceil((sampleMs * 1e6) / once))));
  }
  for (let round = -warmUps; round < rounds; round++)
    for (let turn = 0; turn < contenders.length; turn++) {
      // Everybody goes first once: who follows whom makes a difference to caches.
      const { name, sample } = contenders[(turn + round + warmUps) % contenders.length];
      const ns = await sample(repeats.get(name) ?? 1);
      if (round >= 0) samples.get(name)?.push(ns);
    }
  return new Map([...samples].map(([name, ns]) => [name, timing(ns)]));
}

function timing(samples: number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return { median: at(0.5), p10: at(0.1), p90: at(0.9), rounds: sorted.length };
}

/** Kept, so that nothing can be optimised away. */
let sink: unknown;

/**
 * A contender in this process. A sample during which the system gave the processor to someone else is taken again. Runs that
 * are too long to escape that are timed by the processor time of the thread, which Node tells to a few milliseconds.
 */
export function here(name: string, run: () => unknown): Contender {
  return {
    name,
    sample(repeats) {
      sink = run();
      const [firstMs, firstUsed] = [performance.now(), usedNs()];
      for (let runs = repeats; ; runs += repeats) {
        const before = timesInterrupted();
        const startedMs = performance.now();
        for (let i = 0; i < repeats; i++) sink = run();
        const endedMs = performance.now();
        if (timesInterrupted() === before) return ((endedMs - startedMs) * 1e6) / repeats;
        if (endedMs - firstMs > patienceMs) return (usedNs() - firstUsed) / runs;
      }
    },
  };
}

const timesInterrupted = (): number => process.resourceUsage().involuntaryContextSwitches;
function usedNs(): number {
  const { user, system } = process.threadCpuUsage();
  return 1000 * (user + system);
}

export const lastResult = (): unknown => sink;
