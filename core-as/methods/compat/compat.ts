/**
 * Two tables compared as another tool would compare them: the same rules, the same numbers, and none of ours. For people who
 * come from there, and for whoever wants to see both side by side; `docs/methods/compat.md` says what differs, and why.
 */
import type { Columns } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { type EvidentlyDrift, evidentlyDrift, type EvidentlyOptions } from "./evidently.ts";
import { type NannymlOptions, type NannymlSeries, nannymlUnivariate } from "./nannyml.ts";

export type CompatTool = "evidently" | "nannyml";

export function compareLike(
  kernel: Kernel,
  tool: "evidently",
  reference: Columns,
  current: Columns,
  options?: EvidentlyOptions,
): EvidentlyDrift;
export function compareLike(
  kernel: Kernel,
  tool: "nannyml",
  reference: Columns,
  current: Columns,
  options?: NannymlOptions,
): NannymlSeries[];
export function compareLike(
  kernel: Kernel,
  tool: CompatTool,
  reference: Columns,
  current: Columns,
  options: EvidentlyOptions & NannymlOptions = {},
): EvidentlyDrift | NannymlSeries[] {
  if (tool === "evidently") return evidentlyDrift(kernel, reference, current, options);
  return nannymlUnivariate(kernel, reference, current, options);
}
