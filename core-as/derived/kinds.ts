/** Every kind of derived block by its name; one file each beside this one. */
import * as z from "zod";
import type { AnyDerivedKind } from "./derived.ts";

const kinds: Readonly<Record<string, AnyDerivedKind>> = {};

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
