/**
 * Fixed point: real numbers as whole units, so that their sums are exact in any order. A number is rounded once, in its
 * row, by at most half a unit.
 */
import { limits } from "../domain/limits.ts";

/**
 * Units of one for numbers from 0 to `most`: the largest power of two whose sums over as many rows as a profile may have
 * stay exact.
 */
export function unitsOfOne(most: number): number {
  if (!(most > 0 && most < Infinity)) throw new RangeError(`${most} is no largest number`);
  const fits = (units: number): boolean => units * most * limits.profileRows <= Number.MAX_SAFE_INTEGER;
  let units = 1;
  while (!fits(units)) units /= 2;
  while (fits(2 * units) && 2 * units < Infinity) units *= 2;
  return units;
}

/** Of a probability. */
export const probabilityUnits = unitsOfOne(1);

/** How far a number that was put in units may be from itself. */
export const roundingOf = (units: number): number => 0.5 / units;
