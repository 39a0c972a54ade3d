/** What the model was worth on its reference, as a whole and in each chunk: what later windows are held against. */
import { outcomesOfRows, selectOutcomes } from "../domain/outcomes.ts";
import { type Metrics, ReferencePerformance } from "../domain/performance.ts";
import { metricsOf } from "../domain/performance-metrics.ts";
import type { Kernel } from "../kernel/api.ts";
import { measurePerformance } from "../performance.ts";
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
  const measure = (of: typeof outcomes) => measurePerformance(kernel, of, { costs, quantile });
  const whole = { ...measure(outcomes), labelled: outcomes.rows };
  // Through its schema, so that keys come in the order of the format: a profile's id depends on it.
  if (chunking === null) return ReferencePerformance.parse({ ...whole, chunks: null });
  const placesOf = chunking.starts.map((): number[] => []);
  rows.forEach((row, place) => placesOf[chunking.chunkOf[row]]?.push(place));
  const measured = placesOf.map((places) => measure(selectOutcomes(model, outcomes, places)).metrics);
  const labelled = placesOf.map((places) => places.length);
  return ReferencePerformance.parse({ ...whole, chunks: { labelled, metrics: seriesOf(task, measured) } });
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
