import type { Receipt } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { qualityAsTold, ToldQuality } from "#core/domain/pane-quality.ts";
import { segmentKeys } from "#core/domain/segments.ts";
import { writeDelta } from "#core/domain/wire.ts";
import { checkCounts, type CountedPane, partsOf, type ProfilePane } from "#core/formats/profile.ts";
import type { BatchInput } from "../objects/model/take-batch.ts";
import { oldestMs } from "./ingest-predictions.ts";
import type { HeldReference, Plan, PlanCache } from "./plan-cache.ts";
import { sendBatch, type BatchTarget } from "./send-batch.ts";

export interface ReceivedProfile {
  panes: readonly ProfilePane[];
  bodyHash: string;
  batchId: string;
  deduplicated: boolean;
}

interface CheckedPane extends CountedPane {
  newestMs: number;
  /** As the sender tells it. */
  told: ToldQuality | null;
}

const invalid = (detail: string): ProblemError => new ProblemError("profile_invalid", detail);

/** Takes rows that were counted elsewhere: all of a profile, or nothing of it. */
export async function ingestProfile(
  name: string,
  target: BatchTarget,
  plans: PlanCache,
  profile: ReceivedProfile,
  nowMs: number,
): Promise<Receipt> {
  let refusal: ProblemError | null = null;
  try {
    return await sendBatch(name, target, plans, async (plan) => {
      refusal = null;
      try {
        return inputOf(profile, await checked(target, plans, plan, profile.panes, nowMs), plan);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        // The object is asked all the same: it knows a retry, and whether the plan was old.
        refusal = error;
        return inputOf(profile, [], plan);
      }
    });
  } catch (error) {
    if (refusal !== null && error instanceof ProblemError && error.code === "no_valid_rows")
      throw refusal as ProblemError;
    throw error;
  }
}

/** Each pane with its counts, once it is known to be in the cells of the reference in force. */
async function checked(
  target: BatchTarget,
  plans: PlanCache,
  plan: Plan,
  panes: readonly ProfilePane[],
  nowMs: number,
): Promise<CheckedPane[]> {
  const { model, activations } = plan;
  const oldest = oldestMs(plan, nowMs);
  const counted: CheckedPane[] = [];
  /** Rows of a pane, and of its segments by their cut. */
  const sums = new Map<string, number>();
  for (const { startMs, newestMs, referenceId, segment, rows, counts, quality: told } of panes) {
    const when = new Date(startMs).toISOString();
    if (floorTo(startMs, model.basePaneMs) !== startMs)
      throw invalid(`The pane from ${when} does not begin on a base pane of ${model.basePaneMs} ms.`);
    if (newestMs < startMs || newestMs >= startMs + model.basePaneMs)
      throw invalid(`The newest row of the pane from ${when} is not in it.`);
    if (startMs > nowMs + limits.aheadMs)
      throw invalid(`The pane from ${when} is more than 5 minutes ahead of now.`);
    if (startMs + model.basePaneMs <= oldest)
      throw invalid(`The pane from ${when} is older than the model's retention.`);
    const held = await inForce(target, plans, plan, referenceAt(activations, startMs), {
      referenceId,
      segment,
      when,
    });
    const vector = counts(held.folder.layout.slots);
    checkCounts(vector, rows, held.celled);
    if (told !== null && segment !== "")
      throw invalid(`The pane of ${segment} from ${when} tells of quality, which is of all rows.`);
    counted.push({ startMs, newestMs, referenceId: held.id, segment, rows, counts: vector, told });
    const cut = segment === "" ? "" : segment.slice(0, segment.indexOf("="));
    const key = `${startMs} ${cut}`;
    sums.set(key, (sums.get(key) ?? 0) + rows);
  }
  for (const [key, rows] of sums) {
    const [startMs, cut] = key.split(" ");
    const all = sums.get(`${startMs} `) ?? 0;
    if (rows > all)
      throw invalid(
        `The segments of "${cut}" have ${rows} rows in the pane from ${new Date(Number(startMs)).toISOString()}, and all rows are ${all}.`,
      );
  }
  return counted;
}

async function inForce(
  target: BatchTarget,
  plans: PlanCache,
  plan: Plan,
  forceId: string | null,
  { referenceId, segment, when }: { referenceId: string; segment: string; when: string },
): Promise<HeldReference> {
  const whole = forceId === null ? null : await plans.reference(plan, forceId, target);
  const own = segment === "" ? whole : whole?.segments.get(segment);
  if (segment !== "" && !plan.model.segments.some((cut) => segmentKeys(cut).includes(segment)))
    throw invalid(`The model has no segment "${segment.slice(0, 100)}".`);
  // A segment's pane may name the reference of all rows, or the segment's own.
  if (own && (referenceId === own.id || referenceId === forceId)) return own;
  if ("problem" in (await target.reference(referenceId)))
    throw new ProblemError("reference_not_found", `The model has no reference ${referenceId}.`);
  throw new ProblemError(
    "stale_reference",
    forceId === null
      ? `No reference is in force at ${when}.`
      : `At ${when} the reference ${forceId} is in force, not ${referenceId}: fetch it and count the rows again.`,
  );
}

function inputOf(
  { bodyHash, batchId, deduplicated }: ReceivedProfile,
  panes: readonly CheckedPane[],
  { model, planVersion }: Plan,
): BatchInput {
  const windows = new Map<number, number>();
  let [accepted, newestMs] = [0, -Infinity];
  for (const pane of panes) {
    if (pane.segment !== "") continue;
    accepted += pane.rows;
    newestMs = Math.max(newestMs, pane.newestMs);
    const endMs = floorTo(pane.startMs, model.windowMs) + model.windowMs;
    windows.set(endMs, (windows.get(endMs) ?? 0) + pane.rows);
  }
  return {
    kind: "predictions",
    ...{ batchId, deduplicated, bodyHash, planVersion, accepted },
    ...{ rejected: 0, errors: [], ignored: [] },
    newestMs: accepted === 0 ? null : newestMs,
    windows: Array.from(windows, ([endMs, rows]) => ({ endMs, rows })),
    payload: writeDelta(partsOf(withQuality(panes))),
  };
}

/** Each pane of all rows with how many came; the profile is one batch of the newest, unless the sender counted its own. */
function withQuality(panes: readonly CheckedPane[]): CountedPane[] {
  const whole = panes.filter(({ segment }) => segment === "");
  const newestMs = Math.max(...whole.map(({ startMs }) => startMs));
  const counted = whole.some(({ told }) => told !== null && told.batches > 0);
  return panes.map((pane) => {
    if (pane.segment !== "") return pane;
    const told = pane.told ?? ToldQuality.parse({});
    const batches = counted || pane.startMs !== newestMs ? told.batches : 1;
    return { ...pane, quality: JSON.stringify(qualityAsTold(pane.rows, { ...told, batches })) };
  });
}
