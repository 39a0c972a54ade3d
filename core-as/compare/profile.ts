/** The profile that rows are compared by, and what a comparison needs of its platform. */
import type { Columns } from "../domain/columns.ts";
import { DAY_MS } from "../domain/limits.ts";
import type { Feature } from "../domain/model.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { buildReference } from "../reference/build.ts";

export interface ComparePlatform {
  /** Hex digest of a text. */
  sha256(text: string): Promise<string>;
  /** Hears what is being done, with its share in [0, 1]; may pause, or throw to stop. */
  progress?(stage: string, share: number): void | Promise<void>;
}

/** The profile's simulated tables are drawn from this: the same rows make the same profile everywhere. */
const profileSeed = 1;

export const isProfile = (reference: Columns | Reference): reference is Reference => "format" in reference;

/** What a reader of the JSON has: nothing may hang on what JSON cannot say, such as the sign of a zero. */
export const asRead = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The profile that rows are compared by; what `--profile` writes. */
export async function profileOf(
  kernel: Kernel,
  columns: Columns,
  features: readonly Feature[],
  { sha256 }: ComparePlatform,
): Promise<Reference> {
  return asRead(
    await buildReference(kernel, { features, columns, periodMs: DAY_MS, seed: profileSeed }, sha256),
  );
}
