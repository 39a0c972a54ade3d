/**
 * Two files to the document: the one way that the command and the browser's worker share, so that both give the same
 * bytes for the same files.
 */
import type { Comparison, ComparisonOptions } from "../domain/comparison.ts";
import type { Reference } from "../domain/reference.ts";
import type { ByteSource } from "../formats/tables/table.ts";
import type { Kernel } from "../kernel/api.ts";
import { compare } from "./compare.ts";
import type { ComparePlatform } from "./profile.ts";
import { type FileOptions, readFiles, readProfile } from "./read-files.ts";

export interface FilesToCompare {
  /** A file of rows or of a profile, or a profile that was had from elsewhere, with a name for it. */
  reference: ByteSource | { profile: Reference; name: string };
  current: ByteSource;
  /** How the files are read. `time` belongs here, since reading finds it. */
  read?: Omit<FileOptions, "needed">;
  options?: Partial<Omit<ComparisonOptions, "time">>;
}

/** @throws ProblemError `file_unreadable`, `reference_invalid` or `comparison_invalid`, saying what and where */
export async function compareFiles(
  kernel: Kernel,
  { reference, current, read = {}, options = {} }: FilesToCompare,
  platform: ComparePlatform,
): Promise<Comparison> {
  const { segment, target, prediction, score } = options;
  const needed = [segment, target, prediction, score].filter((name) => typeof name === "string");
  const found = await readFiles(
    await referenceOf(reference, platform),
    current,
    { ...read, needed },
    (stage, share) => platform.progress?.(stage, share ?? 0),
  );
  return compare(
    kernel,
    {
      ...{ reference: found.reference, current: found.current, features: found.features },
      ...{ inputs: found.inputs, notices: found.notices },
      options: { ...options, time: found.time },
    },
    platform,
  );
}

async function referenceOf(
  reference: FilesToCompare["reference"],
  { sha256 }: ComparePlatform,
): Promise<Parameters<typeof readFiles>[0]> {
  if ("profile" in reference) return { profile: reference.profile, source: nowhere(reference.name) };
  const profile = await readProfile(reference, sha256);
  return profile ? { profile, source: reference } : reference;
}

/** Only named: nobody reads from it. */
function nowhere(name: string): ByteSource {
  const unread = (): never => {
    throw new RangeError("a profile that was had from elsewhere has no bytes here");
  };
  return { name, size: 0, stream: unread, slice: unread };
}
