import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { inRoot } from "../../../scripts/paths.ts";
import type { PlayedSeed } from "./thread.ts";

export interface SimulationResult {
  firstSeed: number;
  seeds: number;
  batches: number;
  crashes: number;
  /** Seeds whose windows are not those of one pass. */
  wrong: number[];
}

/** Below, a thread takes longer to start than it saves. */
const seedsAThreadLeast = 50;

/**
 * Plays seeds one after the other, in as many threads as there are cores.
 * @param isEnough asked after each: a run that is cut short tells of what it did
 */
export async function simulate(
  { first, seeds }: { first: number; seeds: number },
  say: (line: string) => void,
  isEnough: () => boolean,
): Promise<SimulationResult> {
  const result: SimulationResult = { firstSeed: first, seeds: 0, batches: 0, crashes: 0, wrong: [] };
  const startedMs = performance.now();
  let next = first;
  const add = ({ seed, wrong, batches, crashes }: PlayedSeed): void => {
    result.seeds++;
    result.batches += batches;
    result.crashes += crashes;
    if (wrong.length > 0) {
      result.wrong.push(seed);
      say(
        `FAILED  seed ${seed}; again: npm run verify:reliability -- --only simulation --first ${seed} --seeds 1`,
      );
      for (const line of wrong) say(`        ${line}`);
    }
    if (result.seeds % Math.ceil(seeds / 20) === 0) {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
      say(`${result.seeds} of ${seeds} seeds in ${seconds} s, ${result.wrong.length} wrong`);
    }
  };
  // Seeds begun are ended, so that those played are without gaps.
  const takeNext = (): number | null => (next < first + seeds && !isEnough() ? next++ : null);
  const threads = Math.min(availableParallelism(), Math.ceil(seeds / seedsAThreadLeast));
  await Promise.all(Array.from({ length: threads }, () => playInThread(takeNext, add)));
  result.wrong.sort((a, b) => a - b);
  return result;
}

async function playInThread(takeNext: () => number | null, add: (played: PlayedSeed) => void): Promise<void> {
  const thread = new Worker(inRoot("tests", "reliability", "simulation", "thread.ts"));
  try {
    await new Promise<void>((resolve, reject) => {
      const playNext = (): void => {
        const seed = takeNext();
        if (seed === null) resolve();
        else thread.postMessage(seed);
      };
      thread.on("message", (played: PlayedSeed) => {
        add(played);
        playNext();
      });
      thread.on("error", reject);
      playNext();
    });
  } finally {
    await thread.terminate();
  }
}

/** Of two runs of which the second went on where the first ended. */
export const addResults = (a: SimulationResult, b: SimulationResult): SimulationResult => ({
  firstSeed: a.firstSeed,
  seeds: a.seeds + b.seeds,
  batches: a.batches + b.batches,
  crashes: a.crashes + b.crashes,
  wrong: [...a.wrong, ...b.wrong],
});
