/** What `npm run verify:detectors` measures: every detector as it comes, and what peers and textbooks use. */
import type { Kernel } from "#core/kernel/api.ts";
import { riverAdwin } from "#core/methods/sequential/adwin.ts";
import { textbookCusum } from "#core/methods/sequential/cusum.ts";
import { createUrn, updateUrn } from "#core/methods/sequential/e-process.ts";
import { createBall, updateBall } from "#core/methods/sequential/e-process-ball.ts";
import { riverEddm } from "#core/methods/sequential/eddm.ts";
import { textbookEwma } from "#core/methods/sequential/ewma.ts";
import { riverKswin } from "#core/methods/sequential/kswin.ts";
import { riverPageHinkley } from "#core/methods/sequential/page-hinkley.ts";
import { createRestart, updateRestart } from "#core/methods/sequential/restart.ts";
import {
  type StreamDetectorName,
  type StreamState,
  streamDetectors,
  updateStream,
} from "#core/methods/sequential/stream-detectors.ts";
import type { RandomSource } from "#core/methods/seeded-random.ts";

/** Takes one value; true at an alarm. */
export type Watcher = (value: number) => boolean;

export interface RunLengthCase {
  name: string;
  /** Ours, which must run 10,000 rows between false alarms; or a peer's, for comparison. */
  kind: "default" | "comparison";
  /** `normal`: mean 0, standard deviation 1. `errors`: 1 with probability 0.1. Shifts are in standard deviations. */
  stream: "normal" | "errors";
  settings: string;
  /** Streams for the run length; fewer where one takes long. */
  streams: number;
  /** Changes for each shift. */
  changes: number;
  /** Rows before the change; the e-processes start with their reference, and the change with them. */
  before: number;
  start: (kernel: Kernel, source: RandomSource) => Watcher;
}

const plain = { kind: "default", streams: 200, changes: 200, before: 1000 } as const;

function streamCase(
  detector: StreamDetectorName,
  settings: string,
  options: object = {},
  changed: Partial<RunLengthCase> = {},
): RunLengthCase {
  const { create, input } = streamDetectors[detector];
  // A limit is computed once; every stream starts from a copy of the same state.
  let fresh: StreamState | null = null;
  return {
    ...{ ...plain, name: detector, settings, stream: input === "errors" ? "errors" : "normal" },
    start: (kernel) => {
      fresh ??= create(kernel, options);
      const state = structuredClone(fresh);
      return (value) => updateStream(kernel, state, value).drift;
    },
    ...changed,
  };
}

const comparison = { kind: "comparison", streams: 100 } as const;

const referenceRows = 5000;

/** Mean and standard deviation as a reference of 5,000 rows estimates them. */
function estimatedCase(detector: "cusum" | "ewma" | "page-hinkley"): RunLengthCase {
  let limit: number | null = null;
  return streamCase(
    detector,
    "default, mean and sd from a reference of 5,000 rows",
    {},
    {
      kind: "comparison",
      start: (kernel, source) => {
        const { sum, squares } = momentsOf(source);
        const mean = sum / referenceRows;
        const sd = Math.sqrt(squares / referenceRows - mean * mean);
        const state = streamDetectors[detector].create(kernel, { mean, sd, ...(limit && { limit }) });
        limit ??= "limit" in state ? state.limit : null;
        return (value) => updateStream(kernel, state, value).drift;
      },
    },
  );
}

function momentsOf(source: RandomSource): { sum: number; squares: number } {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < referenceRows; row++) {
    const value = source.normal();
    sum += value;
    squares += value * value;
  }
  return { sum, squares };
}

/** Deciles at order statistics of a reference of 5,000 normal rows, and the counts between them. */
function deciles(source: RandomSource): { edges: number[]; reference: Float64Array } {
  const values = Float64Array.from({ length: referenceRows }, () => source.normal()).sort();
  const edges = Array.from({ length: 9 }, (_, i) => values[((i + 1) * referenceRows) / 10 - 1]);
  return { edges, reference: new Float64Array(10).fill(referenceRows / 10) };
}

/** Gathers rows into panes of counts and gives each full pane to `take`. */
function paneWatcher(edges: number[], rows: number, take: (pane: Float64Array) => boolean): Watcher {
  let [pane, filled] = [new Float64Array(10), 0];
  return (value) => {
    const cell = edges.findIndex((edge) => value <= edge);
    pane[cell < 0 ? 9 : cell]++;
    if (++filled < rows) return false;
    const full = pane;
    [pane, filled] = [new Float64Array(10), 0];
    return take(full);
  };
}

/** An e-process keeps its verdict: its first alarm counts. */
function once(take: (pane: Float64Array) => boolean): (pane: Float64Array) => boolean {
  let alarmed = false;
  return (pane) => {
    if (alarmed) return false;
    alarmed = take(pane);
    return alarmed;
  };
}

const fromTheStart = { ...plain, stream: "normal", before: 0, streams: 100 } as const;

const looked = (rows: number): string =>
  `α 1/300, deciles of 5,000 rows, a look every ${rows === 1 ? "row" : `${rows} rows`}`;

function urnCase(rows: number): RunLengthCase {
  return {
    ...{ ...fromTheStart, name: "e-process, urn", settings: looked(rows) },
    start: (kernel, source) => {
      const { edges, reference } = deciles(source);
      const state = createUrn(kernel, reference);
      const take = once((pane) => updateUrn(kernel, state, pane).drift);
      return paneWatcher(edges, rows, take);
    },
  };
}

const ballCase: RunLengthCase = {
  ...{ ...fromTheStart, name: "e-process, ball", settings: looked(25) },
  start: (kernel, source) => {
    const { edges, reference } = deciles(source);
    const state = createBall(kernel, reference);
    const take = once((pane) => updateBall(kernel, state, pane).drift);
    return paneWatcher(edges, 25, take);
  },
};

const restartCase: RunLengthCase = {
  ...{ ...plain, name: "e-process, restarts", stream: "normal", streams: 40, changes: 60 },
  settings: "A 400 looks, one every 25 rows, deciles of 5,000 rows",
  start: (kernel, source) => {
    const { edges, reference } = deciles(source);
    const state = createRestart(kernel, reference, { averageRunLength: 400 });
    return paneWatcher(edges, 25, (pane) => updateRestart(kernel, state, pane).drift);
  },
};

export const cases: RunLengthCase[] = [
  urnCase(1),
  urnCase(25),
  ballCase,
  restartCase,
  streamCase("cusum", "k 0.25, limit for 20,000 rows"),
  estimatedCase("cusum"),
  streamCase("cusum", "textbook: k 0.5, limit 5", textbookCusum, comparison),
  streamCase("ewma", "weight 0.05, limit for 20,000 rows"),
  estimatedCase("ewma"),
  streamCase("ewma", "textbook: weight 0.2, limit 3", textbookEwma, comparison),
  streamCase("page-hinkley", "δ 0.2, limit 20, both sides"),
  estimatedCase("page-hinkley"),
  streamCase("page-hinkley", "River: δ 0.005, limit 50, upwards", riverPageHinkley, comparison),
  streamCase("adwin", "δ 0.002, all cuts"),
  streamCase("adwin", "River: δ 0.002, River's cuts", riverAdwin, comparison),
  streamCase("kswin", "α 0.0005, window 600, newest 200, every 10 rows"),
  streamCase("kswin", "River: α 0.005, window 100, newest 30, every row", riverKswin, {
    ...comparison,
    streams: 25,
  }),
  streamCase("ddm", "warm-up 30, drift above 3 (River's)"),
  streamCase("eddm", "warm-up 50, drift below 0.75"),
  streamCase("eddm", "River: warm-up 30, drift below 0.9", riverEddm, comparison),
  streamCase("hddm-a", "confidence 0.001 (River's)"),
  streamCase("hddm-w", "confidence 0.001, weight 0.05 (River's)"),
];
