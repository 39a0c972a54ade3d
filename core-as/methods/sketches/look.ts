/** What a sketched window tells of a feature, for whoever looks at it before there is a reference. */
import type { SketchedFeature } from "../../domain/api.ts";
import { limits } from "../../domain/limits.ts";
import { allHashes, distinctValues, mostFrequent, valueCount } from "./category-sketch.ts";
import type { FeatureSketch } from "./feature-sketch.ts";
import { sketchQuantile } from "./quantile-answers.ts";

/** Shares of the values at or below a quantile. */
const shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

export function lookAt(sketch: FeatureSketch): SketchedFeature {
  const { missing } = sketch;
  if (sketch.kind === "categories") {
    const values = mostFrequent(sketch, limits.valuesShown);
    return {
      kind: "categories",
      missing,
      values,
      unlisted: valueCount(sketch) - values.reduce((sum, { count }) => sum + count, 0),
      distinct: distinctValues(sketch),
      complete: sketch.limit === allHashes,
    };
  }
  const { negInf, posInf, keys, min, max } = sketch;
  const empty = keys.length === 0;
  return {
    kind: "numeric",
    ...{ missing, negInf, posInf },
    ...(empty ? { min: null, max: null } : { min, max }),
    quantiles: empty
      ? []
      : shares.map((share) => {
          const { statistic, low, high } = sketchQuantile(sketch, share);
          const within = (value: number): number => Math.min(max, Math.max(min, value));
          return { share, value: within(statistic), low: within(low ?? min), high: within(high ?? max) };
        }),
  };
}
