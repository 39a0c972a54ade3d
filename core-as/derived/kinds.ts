/** Every kind of derived block by its name; one file each beside this one. */
import * as z from "zod";
import { type Attributions, attributions } from "./attributions.ts";
import { type ClassDecisions, classDecisions } from "./class-decisions.ts";
import { type CoMissing, coMissing } from "./co-missing.ts";
import { decisions, type Decisions } from "./decisions.ts";
import { type AnyDerivedKind, derivedKind } from "./derived.ts";
import { type Losses, losses } from "./losses.ts";
import { ranges, type Ranges } from "./ranges.ts";

const kinds: Readonly<Record<string, AnyDerivedKind>> = {
  decisions: derivedKind(decisions),
  classDecisions: derivedKind(classDecisions),
  losses: derivedKind(losses),
  ranges: derivedKind(ranges),
  coMissing: derivedKind(coMissing),
  attributions: derivedKind(attributions),
};

/** The parameters of each kind. */
export interface DerivedBlocks {
  decisions: Decisions;
  classDecisions: ClassDecisions;
  losses: Losses;
  ranges: Ranges;
  coMissing: CoMissing;
  attributions: Attributions;
}

/** A block of the reference: its kind, and what that kind needs. */
export const DerivedBlock = z.looseObject({ kind: z.string() }).superRefine((block, context) => {
  const kind = Object.hasOwn(kinds, block.kind) ? kinds[block.kind] : undefined;
  if (kind === undefined)
    context.addIssue({ code: "custom", message: `there is no derived block "${block.kind}"` });
  else
    for (const issue of kind.schema.safeParse(block).error?.issues ?? [])
      context.addIssue({ code: "custom", path: issue.path, message: issue.message });
});
export type DerivedBlock = z.infer<typeof DerivedBlock>;

export function derivedKindOf({ kind }: DerivedBlock): AnyDerivedKind {
  return kinds[kind];
}

/** A reference's block of a kind; null where it has none. Blocks are checked when a reference is stored. */
export function blockOf<K extends keyof DerivedBlocks>(
  derived: readonly DerivedBlock[],
  kind: K,
): DerivedBlocks[K] | null {
  const found: unknown = derived.find((block) => block.kind === kind);
  return found === undefined ? null : (found as DerivedBlocks[K]);
}
