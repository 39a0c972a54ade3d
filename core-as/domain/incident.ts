/** An incident: one cause, however many features and windows it touches. open → acknowledged → resolved. */
import type { HistoryQuality } from "./api.ts";
import type { Status } from "./check.ts";

export type IncidentState = "open" | "acknowledged" | "resolved";

/** One check in an incident's timeline; a revision replaces the entry of its window. */
export interface IncidentEntry {
  checkId: string;
  windowStartMs: number;
  windowEndMs: number;
  revision: number;
  status: Status;
  /** Features, or metrics of performance, in drift or warning. */
  features: { name: string; status: Status; effect: number; effectName: string }[];
  /** What is wrong with the window as a whole: `volume`, `silence`, a change of the `schema` by its field, … */
  quality: (Pick<HistoryQuality, "kind" | "subject" | "change" | "effect" | "effectName" | "reason"> & {
    status: Status;
  })[];
}

export interface Incident {
  id: string;
  modelId: string;
  monitor: string;
  /** What is wrong: what the model is given, or what its answers are worth. */
  kind: "drift" | "performance";
  state: IncidentState;
  /** Largest effect over gate so far decides: `major` from twice the drift gate. */
  severity: "minor" | "major";
  /** Event time of the first window with drift. */
  fromMs: number;
  /** Event time of the end of the newest window with drift. */
  toMs: number;
  openedAtMs: number;
  acknowledgedAtMs: number | null;
  acknowledgedBy: string | null;
  resolvedAtMs: number | null;
  /** `person`, or `windows` when enough quiet windows followed. */
  resolvedBy: string | null;
  entries: IncidentEntry[];
}
