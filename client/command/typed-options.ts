/** Options that hold numbers or lists. */
import type { Parsed } from "./arguments.ts";
import { CommandError } from "./command-error.ts";

/** A whole number from `least` to `most`; null where the option was left out. */
export function countOf(
  given: Parsed,
  name: string,
  { least = 1, most }: { least?: number; most: number },
): number | null {
  const text = given.one(name);
  if (text === null) return null;
  const value = /^\d+$/.test(text.replaceAll(/[_,]/g, "")) ? Number(text.replaceAll(/[_,]/g, "")) : NaN;
  if (!(value >= least && value <= most))
    throw new CommandError(`--${name} is a whole number from ${least} to ${most}, not "${text}".`);
  return value;
}

/** `--only a,b --only c` */
export const listOf = (given: Parsed, name: string): string[] =>
  given.all(name).flatMap((text) => text.split(","));
