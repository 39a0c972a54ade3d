import { type LossCounting, lossesIn } from "../derived/losses.ts";
import { dleMetrics, dleOfSums } from "../methods/estimation/dle.ts";
import { result } from "../methods/result.ts";
import type { Estimated } from "./estimated.ts";

/** @param counts the block's part of a window's flat vector */
export function estimateLosses(block: LossCounting, counts: Float64Array): Estimated {
  const { rows, sums, rounding } = lossesIn(block, counts);
  const shifted = (by: number) => {
    const moved = { ...sums };
    for (const loss of ["mae", "mse", "mape", "msle"] as const) moved[loss] += by * rows * rounding[loss];
    return dleOfSums(moved, rows, {});
  };
  const [middle, low, high] = [shifted(0), shifted(-1), shifted(1)];
  return {
    rows,
    metrics: Object.fromEntries(
      dleMetrics.map((name) => [name, result(middle[name], { low: low[name], high: high[name] })]),
    ),
    confusion: null,
    assumption: middle.assumption,
  };
}
