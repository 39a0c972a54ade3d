/** What both kinds of performance have in common: a few numbers with their intervals, and which of them have changed. */
import type { ComparisonOptions, ComparisonPerformance } from "../domain/comparison.ts";

export type Metrics = NonNullable<ComparisonPerformance["estimated"]>["metrics"];
export type Realised = ComparisonPerformance["realised"]["reference"];
export type Asked = Pick<ComparisonOptions, "target" | "prediction" | "score" | "positive">;

/** Metrics whose intervals do not meet. */
export function changed(
  { reference, current }: ComparisonPerformance["realised"],
  wanted: (metric: string) => "more" | "less" | null,
): ComparisonPerformance["changed"] {
  if (reference === null || current === null) return [];
  return Object.entries(reference.metrics).flatMap(([metric, before]) => {
    const [now, direction] = [current.metrics[metric], wanted(metric)];
    if (!before || !now || direction === null) return [];
    if (before.low === null || before.high === null || now.low === null || now.high === null) return [];
    if (now.low > before.high) return [{ metric, better: direction === "more" }];
    return now.high < before.low ? [{ metric, better: direction === "less" }] : [];
  });
}
