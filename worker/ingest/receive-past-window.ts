import type { Model } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import { segmentKeys } from "#core/domain/segments.ts";
import { referenceId } from "#core/reference/identity.ts";
import type { PastStretch } from "../objects/model/past-window.ts";
import { type Result, unwrap } from "../objects/result.ts";
import { hashText, type ReceivedReference } from "./receive-reference.ts";

/** A model's object, as far as it makes references of what it holds. */
export interface PastWindows {
  /** Null where fewer rows came than these. */
  pastWindow(asked: PastStretch, leastRows: number): Promise<Result<string | null>>;
}

/**
 * What came in a past stretch as a reference: of one segment, or of all rows together with those of the segments that had
 * enough of them. That of all rows comes last: it names the others.
 */
export async function receivePastWindow(
  object: PastWindows,
  { segments: cuts }: Pick<Model, "segments">,
  asked: PastStretch,
): Promise<ReceivedReference[]> {
  const received: ReceivedReference[] = [];
  const named: Record<string, string> = {};
  for (const segment of asked.segment === "" ? cuts.flatMap(segmentKeys) : []) {
    const made = unwrap(await object.pastWindow({ ...asked, segment }, limits.segmentReferenceRows));
    if (made === null) continue;
    const reference = await addressed(made, {});
    named[segment] = reference.id;
    received.push({ reference, segment });
  }
  const whole = unwrap(await object.pastWindow(asked, 1));
  if (whole === null) throw new ProblemError("reference_invalid", "No rows are counted between these times.");
  return [...received, { reference: await addressed(whole, named), segment: asked.segment }];
}

async function addressed(text: string, segments: Record<string, string>): Promise<Reference> {
  const content = { ...(JSON.parse(text) as Omit<Reference, "id">), segments };
  return { ...content, id: await referenceId(content, hashText) };
}
