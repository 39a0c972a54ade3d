/** A model's archive: which rows are kept beside the counts, for how long, and what a kept row consists of. Pure. */
import "./schema-settings.ts";
import * as z from "zod";
import { floorTo } from "./event-time.ts";
import { DAY_MS, HOUR_MS, limits } from "./limits.ts";
import type { Feature, ModelConfig } from "./model.ts";

export const ArchiveSettings = z.object({
  /** How long rows are kept, by the model's clock. */
  retentionMs: z
    .number()
    .int()
    .min(DAY_MS)
    .max(limits.archive.retentionMs)
    .default(90 * DAY_MS),
  /** The field that says whom a row is about, so that rows can be erased by it: a categorical feature, or a field that is only kept. */
  subject: z.string().min(1).max(limits.nameLength).optional(),
});
export type ArchiveSettings = z.output<typeof ArchiveSettings>;

export type ArchiveType = "text" | "number" | "flag" | "time";

export interface ArchiveColumn {
  name: string;
  type: ArchiveType;
}

/** What of a model its archive's columns depend on. */
export type Archived = Pick<ModelConfig, "task" | "classes" | "features" | "archive">;

const typeOfFeature = { numeric: "number", categorical: "text", boolean: "flag" } as const;
const typeOfLabel = { binary: "flag", multiclass: "text", regression: "number" } as const;

/** The columns that are not features, by what they hold. A feature of one of these names keeps it, and ours gets a dash in front. */
export function ownColumns({ features }: Archived): { version: string; labelTime: string } {
  const free = (name: string): string =>
    features.some((feature) => feature.name === name) ? free(`_${name}`) : name;
  return { version: free("version"), labelTime: free("label_timestamp") };
}

/** The columns of an archived row, in their order; the same for every file and every reply. */
export function archiveColumns(model: Archived): ArchiveColumn[] {
  const own = ownColumns(model);
  const subject = subjectField(model);
  return [
    { name: "prediction_id", type: "text" },
    { name: "timestamp", type: "time" },
    { name: own.version, type: "text" },
    ...(subject === null ? [] : [{ name: subject.name, type: "text" as const }]),
    ...model.features.map(({ name, type }) => ({ name, type: typeOfFeature[type] })),
    { name: "label", type: typeOfLabel[model.task] },
    { name: own.labelTime, type: "time" },
  ];
}

/** A subject that is no feature, as the field that a batch's rows are read with beside the features. */
export function subjectField({ features, archive }: Archived): Feature | null {
  const name = archive?.subject;
  if (name === undefined || features.some((feature) => feature.name === name)) return null;
  return { name, type: "categorical", role: "feature" };
}

/** Why a declared subject cannot be one; null where it can. */
export function subjectProblem(model: Archived, reserved: readonly string[]): string | null {
  const name = model.archive?.subject;
  if (name === undefined) return null;
  const own = ownColumns(model);
  if (reserved.includes(name) || name === own.version || name === own.labelTime)
    return `"${name}" is a column of its own in every archive`;
  const feature = model.features.find((candidate) => candidate.name === name);
  return feature === undefined || feature.type === "categorical"
    ? null
    : `the subject "${name}" is ${feature.type}; it must be categorical, or no feature at all`;
}

/** The hours that panes lie in, in order: a pane may be shorter than an hour or longer. */
export function hoursOfPanes(panes: Iterable<number>, basePaneMs: number): number[] {
  const hours = new Set<number>();
  for (const paneMs of panes)
    for (let hourMs = floorTo(paneMs, HOUR_MS); hourMs < paneMs + basePaneMs; hourMs += HOUR_MS)
      hours.add(hourMs);
  return [...hours].sort((a, b) => a - b);
}
