/** The whole measurement as a list of tasks that any process can run: what main plans and workers do. */
import type { Tally } from "./tally.ts";
import { runTests, testTasks } from "./tests.ts";
import { dependentTasks, runDependent } from "./dependent.ts";
import { peerTasks, runPeers } from "./peers.ts";
import { performanceTasks, runPerformance } from "./performance.ts";
import { qualityTasks, runQuality } from "./quality.ts";
import { powerTasks, runPower } from "./power.ts";
import { flightTasks, runFlights } from "./flights.ts";
import { runVerdicts, verdictTasks } from "./verdicts.ts";

export interface Effort {
  /** The release's seed: everything drawn follows from it. */
  release: string;
  /** References of each row. */
  references: number;
  /** Windows of each reference. */
  windows: number;
  /** Windows of each reference for tests that simulate or count their null for each. */
  costlyWindows: number;
  /** The same, where a window takes tens of milliseconds. */
  costliestWindows: number;
  full: boolean;
}

export interface Task {
  kind: string;
  /** For people who watch. */
  name: string;
  /** What its runner needs; plain data. */
  part: unknown;
}

const kinds: Record<
  string,
  { plan: (effort: Effort) => Task[]; run: (part: unknown, effort: Effort) => Promise<Tally[]> }
> = {
  // Tasks that take longest come first, or all others would wait for them at the end.
  flights: { plan: flightTasks, run: runFlights },
  power: { plan: powerTasks, run: runPower },
  test: { plan: testTasks, run: runTests },
  peer: { plan: peerTasks, run: runPeers },
  dependent: { plan: dependentTasks, run: runDependent },
  verdict: { plan: verdictTasks, run: runVerdicts },
  quality: { plan: qualityTasks, run: runQuality },
  performance: { plan: performanceTasks, run: runPerformance },
};

export const kindNames = Object.keys(kinds);

export const plan = (effort: Effort, only: readonly string[]): Task[] =>
  only.flatMap((kind) => kinds[kind].plan(effort));

export const run = ({ kind, part }: Task, effort: Effort): Promise<Tally[]> => kinds[kind].run(part, effort);
