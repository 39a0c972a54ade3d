/** What the model was worth on its reference, as a whole and in each chunk: what later windows are held against. */
import { type Outcomes, outcomesOfRows, selectOutcomes } from "../domain/outcomes.ts";
import { type Metrics, ReferencePerformance } from "../domain/performance.ts";
import { metricsOf } from "../domain/performance-metrics.ts";
import type { Kernel } from "../kernel/api.ts";
import { type Measured, measurePerformance } from "../performance.ts";
import type { ReferenceInput } from "./build.ts";
import type { Chunking } from "./chunks.ts";

/** Null without labels. */
export function performanceOn(
  kernel: Kernel,
  { task = "binary", classes = [], quantile = 0.5, costs, ...input }: ReferenceInput,
  chunking: Chunking | null,
): ReferencePerformance | null {
  if (input.labels === undefined) return null;
  const model = { task, classes: [...classes], features: [...input.features] };
  const { outcomes, rows } = outcomesOfRows(model, input.columns, input.labels);
  if (outcomes.rows === 0) return null;
  const placesOf = chunking && chunking.starts.map((): number[] => []);
  rows.forEach((row, place) => placesOf?.[chunking?.chunkOf[row] ?? -1]?.push(place));
  return performanceOfOutcomes(kernel, outcomes, placesOf, { costs, quantile });
}

/** @param chunks the places of each chunk's rows; null for none */
export function performanceOfOutcomes(
  kernel: Kernel,
  outcomes: Outcomes,
  chunks: readonly (readonly number[])[] | null,
  measured: Measured,
): ReferencePerformance {
  const measure = (of: Outcomes) => measurePerformance(kernel, of, measured);
  const whole = { ...measure(outcomes), labelled: outcomes.rows };
  // Through its schema, so that keys come in the order of the format: a profile's id depends on it.
  if (chunks === null) return ReferencePerformance.parse({ ...whole, chunks: null });
  const metrics = chunks.map((places) => measure(selectOutcomes(outcomes, places)).metrics);
  const labelled = chunks.map((places) => places.length);
  return ReferencePerformance.parse({
    ...whole,
    chunks: { labelled, metrics: seriesOf(outcomes.task, metrics) },
  });
}

/** Nine digits are plenty for a spread, and half the size. */
const rounded = (value: number | null | undefined): number | null =>
  value == null ? null : Number(value.toPrecision(9));

function seriesOf(
  task: ReferencePerformance["task"],
  measured: readonly Metrics[],
): NonNullable<ReferencePerformance["chunks"]>["metrics"] {
  const found: ReturnType<typeof seriesOf> = {};
  for (const { name } of metricsOf(task))
    if (measured.some((metrics) => metrics[name]))
      found[name] = {
        values: measured.map((metrics) => rounded(metrics[name]?.value)),
        standardErrors: measured.map((metrics) => rounded(metrics[name]?.standardError)),
      };
  return found;
}
