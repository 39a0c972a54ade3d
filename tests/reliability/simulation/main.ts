import type { Reference } from "#core/domain/reference.ts";
import { makeReferences } from "./known-references.ts";
import { modelOf, play } from "./play.ts";
import { drawScenario } from "./scenario.ts";
import { World } from "./world.ts";

export interface SimulationResult {
  firstSeed: number;
  seeds: number;
  batches: number;
  crashes: number;
  /** Seeds whose windows are not those of one pass. */
  wrong: number[];
}

/** References do not see what scenarios differ in. */
const referencesOfAll = (): Promise<Reference[]> =>
  makeReferences(modelOf(drawScenario(new World(0, 0)).model, 0));

/**
 * Plays seeds one after the other.
 * @param isEnough asked after each: a run that is cut short tells of what it did
 */
export async function simulate(
  { first, seeds }: { first: number; seeds: number },
  say: (line: string) => void,
  isEnough: () => boolean,
): Promise<SimulationResult> {
  const references = await referencesOfAll();
  const result: SimulationResult = { firstSeed: first, seeds: 0, batches: 0, crashes: 0, wrong: [] };
  const startedMs = performance.now();
  while (result.seeds < seeds && !isEnough()) {
    const seed = first + result.seeds;
    const { wrong, batches, crashes } = await play(seed, references);
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
  }
  return result;
}

/** Of two runs of which the second went on where the first ended. */
export const addResults = (a: SimulationResult, b: SimulationResult): SimulationResult => ({
  firstSeed: a.firstSeed,
  seeds: a.seeds + b.seeds,
  batches: a.batches + b.batches,
  crashes: a.crashes + b.crashes,
  wrong: [...a.wrong, ...b.wrong],
});
