/**
 * What is new about models since the last look: checks and their revisions, incidents and what becomes of them, windows whose
 * performance has changed. Pure: what was seen goes in, what is to be told comes out.
 */
import type { DriftHistory, Performance } from "#core/domain/api.ts";
import type { Incident } from "#core/domain/incident.ts";

type HistoryCheck = DriftHistory["checks"][number];

export type News =
  | { type: "check"; modelId: string; check: HistoryCheck }
  | { type: "incident"; modelId: string; incident: Omit<Incident, "entries"> & { windows: number } }
  | { type: "performance"; modelId: string; window: Performance["windows"][number] };

/** Of each thing the state in which it was last told, as a text that differs when there is something to tell. */
export type Seen = ReadonlyMap<string, string>;

export interface Look {
  modelId: string;
  checks: HistoryCheck[];
  incidents: Incident[];
  performance: Performance["windows"];
}

/** @returns what is new, oldest first, and everything as it was seen now */
export function newsOf(seen: Seen, looks: readonly Look[]): { news: News[]; seen: Seen } {
  const now = new Map(seen);
  const news: News[] = [];
  const tell = (key: string, state: string, one: News): void => {
    if (now.get(key) === state) return;
    now.set(key, state);
    news.push(one);
  };
  for (const { modelId, checks, incidents, performance } of looks) {
    for (const check of checks)
      tell(`check ${modelId} ${check.windowEndMs}`, `${check.revision} ${check.status}`, {
        ...{ type: "check", modelId, check },
      });
    for (const { entries, ...incident } of [...incidents].sort((a, b) => a.openedAtMs - b.openedAtMs))
      tell(`incident ${incident.id}`, `${incident.state} ${incident.severity}`, {
        ...{ type: "incident", modelId, incident: { ...incident, windows: entries.length } },
      });
    for (const window of performance)
      if (window.labelled > 0)
        tell(`performance ${modelId} ${window.windowEndMs}`, stateOf(window), {
          ...{ type: "performance", modelId, window },
        });
  }
  return { news, seen: now };
}

/** Labels that have come, and the verdict on them. */
const stateOf = ({ labelled, predictions, check }: Performance["windows"][number]): string =>
  `${labelled} of ${predictions} ${check?.status} ${check?.revision}`;
