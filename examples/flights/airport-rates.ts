/**
 * How often flights of an airport are late: what the trees see instead of 229 names (target encoding). Learned inside
 * each fold, from its training weeks only, and pulled towards the rate of all where an airport has few flights.
 */
import type { FeatureColumns } from "./features.ts";

/** An airport with this many flights stands halfway between its own rate and that of all. */
const PRIOR_FLIGHTS = 100;

export interface Rates {
  /** By airport code from all training weeks; the last entry is the rate of all flights. */
  all: Float64Array;
  /** The same without one of the weeks. */
  without: Map<number, Float64Array>;
}
export type AirportRates = Record<"origin" | "destination", Rates>;

/** @param weeks the training weeks; every row of `rows` lies in one of them */
export function learnRates(
  columns: FeatureColumns,
  late: Uint8Array,
  rows: Uint32Array,
  airports: number,
  weeks: readonly number[],
  weekOf: (row: number) => number,
): AirportRates {
  const learn = (codes: Int16Array): Rates => {
    const flights = weeks.map(() => new Float64Array(airports));
    const lateFlights = weeks.map(() => new Float64Array(airports));
    for (const row of rows) {
      const week = weeks.indexOf(weekOf(row));
      flights[week][codes[row]]++;
      lateFlights[week][codes[row]] += late[row];
    }
    const from = (used: number[]): Float64Array => {
      const sum = (parts: Float64Array[], code: number): number =>
        used.reduce((total, week) => total + parts[week][code], 0);
      const rates = new Float64Array(airports + 1);
      let all = 0;
      let allLate = 0;
      for (let code = 0; code < airports; code++) {
        all += sum(flights, code);
        allLate += sum(lateFlights, code);
      }
      rates[airports] = allLate / Math.max(1, all);
      for (let code = 0; code < airports; code++)
        rates[code] =
          (sum(lateFlights, code) + PRIOR_FLIGHTS * rates[airports]) / (sum(flights, code) + PRIOR_FLIGHTS);
      return rates;
    };
    const every = weeks.map((_, index) => index);
    return {
      all: from(every),
      without: new Map(weeks.map((week, index) => [week, from(every.filter((other) => other !== index))])),
    };
  };
  return { origin: learn(columns.origin), destination: learn(columns.destination) };
}

/** The rate of an airport as a training row of `week` may know it. */
export function encodeAirports(rates: Rates, code: number, week: number): number {
  const known = rates.without.get(week) ?? rates.all;
  return code < 0 ? bestGuess(known) : known[code];
}

export function bestGuess(rates: Float64Array): number {
  return rates[rates.length - 1];
}
