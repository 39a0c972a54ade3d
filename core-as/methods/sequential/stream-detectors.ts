/**
 * All detectors that take a stream of single values, by name, so that whoever keeps a state (a Durable Object, a file)
 * needs to know no more of it than `detector`.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type AdwinState, createAdwin, updateAdwin } from "./adwin.ts";
import { createCusum, type CusumState, updateCusum } from "./cusum.ts";
import { createDdm, type DdmState, updateDdm } from "./ddm.ts";
import type { Detection } from "./detector.ts";
import { createEddm, type EddmState, updateEddm } from "./eddm.ts";
import { createEwma, type EwmaState, updateEwma } from "./ewma.ts";
import { createHddmA, type HddmAState, updateHddmA } from "./hddm-a.ts";
import { createHddmW, type HddmWState, updateHddmW } from "./hddm-w.ts";
import { createKswin, type KswinState, updateKswin } from "./kswin.ts";
import { createPageHinkley, type PageHinkleyState, updatePageHinkley } from "./page-hinkley.ts";

export type StreamState =
  | AdwinState
  | CusumState
  | DdmState
  | EddmState
  | EwmaState
  | HddmAState
  | HddmWState
  | KswinState
  | PageHinkleyState;

export type StreamDetectorName = StreamState["detector"];

/** What each takes: any number, a number in the unit of a reference, or the errors of a model. */
export const streamDetectors = {
  adwin: { create: createAdwin, input: "any" },
  kswin: { create: createKswin, input: "any" },
  "page-hinkley": { create: createPageHinkley, input: "standardised" },
  cusum: { create: createCusum, input: "standardised" },
  ewma: { create: createEwma, input: "standardised" },
  ddm: { create: createDdm, input: "errors" },
  eddm: { create: createEddm, input: "errors" },
  "hddm-a": { create: createHddmA, input: "errors" },
  "hddm-w": { create: createHddmW, input: "errors" },
} as const;

/** Takes one value; the state says whose it is. */
export function updateStream(kernel: Kernel, state: StreamState, value: number): Detection {
  switch (state.detector) {
    case "adwin":
      return updateAdwin(kernel, state, value);
    case "cusum":
      return updateCusum(kernel, state, value);
    case "ddm":
      return updateDdm(kernel, state, value);
    case "eddm":
      return updateEddm(kernel, state, value);
    case "ewma":
      return updateEwma(kernel, state, value);
    case "hddm-a":
      return updateHddmA(kernel, state, value);
    case "hddm-w":
      return updateHddmW(kernel, state, value);
    case "kswin":
      return updateKswin(kernel, state, value);
    case "page-hinkley":
      return updatePageHinkley(kernel, state, value);
  }
}
