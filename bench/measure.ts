/**
 * Contenders take turns, round by round, so that a machine that slows down slows all of them. One sample is as many runs
 * as fill a millisecond or two; what is reported is the median of the samples, and how far they spread.
 */
export interface Contender {
  name: string;
  /** Nanoseconds of one run, as the mean of `repeats` runs on end. */
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

export async function interleaved(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Map<string, Timing>> {
  const repeats = new Map<string, number>();
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { name, sample, sampleMs = defaultSampleMs } of contenders) {
    // The first run compiles, the second tells how long one takes.
    await sample(1);
    const once = Math.max(1, await sample(1));
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

/** A contender in this process. */
export function here(name: string, run: () => unknown): Contender {
  return {
    name,
    sample(repeats) {
      const startedMs = performance.now();
      for (let i = 0; i < repeats; i++) sink = run();
      return ((performance.now() - startedMs) * 1e6) / repeats;
    },
  };
}

export const lastResult = (): unknown => sink;
