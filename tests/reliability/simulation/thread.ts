/** A thread that plays the seeds it is told, one after the other. */
import { parentPort } from "node:worker_threads";
import "../modules.ts";
import type { Played } from "./play.ts";

export interface PlayedSeed extends Played {
  seed: number;
}

const { makeReferences } = await import("./known-references.ts");
const { modelOf, play } = await import("./play.ts");
const { drawScenario } = await import("./scenario.ts");
const { World } = await import("./world.ts");

/** Of all seeds: references do not see what scenarios differ in. */
const references = await makeReferences(modelOf(drawScenario(new World(0, 0)).model, 0));

parentPort?.on("message", (seed: number) => {
  play(seed, references).then(
    (played) => parentPort?.postMessage({ seed, ...played } satisfies PlayedSeed),
    (error: unknown) => {
      throw error; // of the simulation itself: it ends the thread, and with it the run
    },
  );
});
