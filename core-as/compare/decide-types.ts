/**
 * One type for a column of two files: what a person said, else what the reference's values propose, unless the current
 * ones show more (flags that turn out to be numbers). Everything that a reader might have expected otherwise is a notice.
 */
import type { Notice } from "../domain/comparison.ts";
import type { RawColumn } from "../formats/tables/column-builder.ts";
import { type ColumnType, type Proposal, proposeType } from "./column-types.ts";

export interface Decision {
  name: string;
  type: ColumnType;
  reason: string;
}

export function decideTypes(
  before: ReadonlyMap<string, RawColumn>,
  now: ReadonlyMap<string, RawColumn>,
  given: Readonly<Record<string, string>>,
  notices: Notice[],
): Decision[] {
  const decisions: Decision[] = [];
  for (const [name, column] of before) {
    const other = now.get(name);
    const [first, second] = [proposeType(column), other ? proposeType(other) : null];
    const type = Object.hasOwn(given, name) ? (given[name] as ColumnType) : undefined;
    const decided = type ? { type, reason: "you said so" } : together(first, second);
    decisions.push({ name, ...decided });
    if (decided.type === "identifier" || decided.type === "text")
      notices.push({
        ...{ kind: "left-out", column: name },
        message: `"${name}" is not compared: ${decided.reason}. --type "${name}=categorical" compares it.`,
      });
    else notices.push({ kind: "type", column: name, message: `${decided.type}, because ${decided.reason}.` });
  }
  for (const name of now.keys())
    if (!before.has(name))
      notices.push({
        ...{ kind: "only-in-current", column: name },
        message: `"${name}" is only in the current file: there is nothing to compare it with.`,
      });
  return decisions;
}

function together(first: Proposal | null, second: Proposal | null): Proposal {
  if (first === null && second === null)
    return { type: "categorical", reason: "it has no values in either file" };
  if (first === null) return second as Proposal;
  if (second === null || second.type === first.type) return first;
  const types = [first.type, second.type];
  if (types.includes("boolean") && types.includes("numeric"))
    return { type: "numeric", reason: "one file has more than 0 and 1 in it" };
  if (first.type === "boolean" && second.type === "categorical")
    return { type: "categorical", reason: "the current file has more than true and false in it" };
  if (types.includes("boolean") && types.includes("discrete"))
    return { type: "discrete", reason: "one file has more than 0 and 1 in it" };
  if (types.includes("discrete") && types.includes("numeric"))
    return { type: "numeric", reason: "one file has many different numbers" };
  // A column of few rows may happen to hold no value twice.
  if (first.type === "categorical" || first.type === "numeric" || first.type === "discrete") return first;
  if (first.type === "identifier" && (second.type === "numeric" || second.type === "discrete")) return second;
  return first;
}
