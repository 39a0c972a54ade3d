/**
 * What a field of a batch holds, by the model, for formats that do not say it themselves: the text of a CSV field becomes the
 * value that a JSON sender would have written. Text that is no such value stays text, which the rules for rows then refuse by
 * name. Words for nothing are those of `mdt compare` (empty, NA, NaN, null, …); in ids only an empty field is none.
 */
import { attributionField } from "../domain/attributions.ts";
import type { Feature, Task } from "../domain/model.ts";
import { isMissing, parseNumber } from "./tables/cell-text.ts";

export type FieldKind = "number" | "flag" | "category" | "time" | "id";

const labelKinds = { binary: "flag", multiclass: "category", regression: "number" } as const;

/** Fields that the model knows; all others are ignored. */
export function fieldKinds(features: readonly Feature[], task: Task = "binary"): Map<string, FieldKind> {
  const kinds = new Map<string, FieldKind>([
    ["prediction_id", "id"],
    ["timestamp", "time"],
    ["prediction_timestamp", "time"],
    ["label", labelKinds[task]],
  ]);
  for (const { name, type, role } of features) {
    kinds.set(name, type === "numeric" ? "number" : type === "boolean" ? "flag" : "category");
    if (role === "feature") kinds.set(attributionField(name), "number");
  }
  return kinds;
}

const flags: Record<string, boolean> = { true: true, "1": true, "1.0": true };
Object.assign(flags, { false: false, "0": false, "0.0": false });

/** A field's text as its kind's value; null where it means nothing. */
export function valueOfText(kind: FieldKind, text: string): unknown {
  if (kind === "id") return text === "" ? null : text;
  if (isMissing(text)) return null;
  if (kind === "category") return text;
  const trimmed = text.trim();
  if (kind === "flag") {
    const word = trimmed.toLowerCase();
    return Object.hasOwn(flags, word) ? flags[word] : text;
  }
  const number = parseNumber(trimmed);
  if (!Number.isNaN(number)) return number;
  return kind === "time" ? trimmed : text;
}
