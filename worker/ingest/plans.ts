import { theKernel } from "../kernel.ts";
import { PlanCache } from "./plan-cache.ts";

let plans: PlanCache | undefined;

/** The plans that this isolate holds. */
export function thePlans(): PlanCache {
  plans ??= new PlanCache(theKernel());
  return plans;
}
