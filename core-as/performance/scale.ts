/**
 * The scale on which a metric's chunks are held against each other: the one on which its values lie evenly around their mean,
 * which Student's t wants. Log odds for shares, logarithms for what is only bounded below, Fisher's z for correlations; a
 * metric bounded above by 1 (R²) by the logarithm of what is missing to it.
 */
import type { PerformanceMetric } from "../domain/performance-metrics.ts";
import type { Kernel } from "../kernel/api.ts";

export interface Scale {
  /** Ascending; not finite at a bound. */
  to(value: number): number;
  from(scaled: number): number;
  /** dto/dvalue. */
  slope(value: number): number;
}

export function scaleOf(kernel: Kernel, { least, most }: Pick<PerformanceMetric, "least" | "most">): Scale {
  if (least === 0 && most === 1)
    return {
      to: (x) => kernel.log(x / (1 - x)),
      from: (y) => 1 / (1 + kernel.exp(-y)),
      slope: (x) => 1 / (x * (1 - x)),
    };
  if (least === -1 && most === 1)
    return {
      to: (x) => kernel.log((1 + x) / (1 - x)) / 2,
      from: (y) => 1 - 2 / (kernel.exp(2 * y) + 1),
      slope: (x) => 1 / (1 - x * x),
    };
  if (least === 0) return { to: (x) => kernel.log(x), from: (y) => kernel.exp(y), slope: (x) => 1 / x };
  if (most === 1)
    return { to: (x) => -kernel.log(1 - x), from: (y) => 1 - kernel.exp(-y), slope: (x) => 1 / (1 - x) };
  return asItIs;
}

/** For metrics without bounds, and where a value lies on one. */
export const asItIs: Scale = { to: (x) => x, from: (y) => y, slope: () => 1 };
