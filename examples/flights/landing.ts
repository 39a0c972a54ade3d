/** When a flight had landed, on one clock for all airports. */
import { clocksOf, toUtcMinute } from "./airports.ts";
import type { Flights } from "./flights.ts";

const KM_PER_MILE = 1.609344;
const CRUISE_KM_PER_MINUTE = 800 / 60;
const GROUND_MINUTES = 60;

/**
 * The distances are in miles (Atlanta–Savannah: 215). Arrival times are not in the data, so a flight counts as landed
 * one hour plus its way at 800 km/h after it left; its delay is known from then on.
 */
export function minutesToLanding(miles: number): number {
  return GROUND_MINUTES + Math.ceil((miles * KM_PER_MILE) / CRUISE_KM_PER_MINUTE);
}

export interface Instants {
  /** Departure and landing of each flight in UTC minutes. */
  left: Int32Array;
  landed: Int32Array;
  /** Rows in order of departure and in order of landing; ties in order of rows. */
  byLeft: Uint32Array;
  byLanded: Uint32Array;
}

export function instantsOf(flights: Flights): Instants {
  const clocks = clocksOf(flights.codes);
  const left = new Int32Array(flights.rows);
  const landed = new Int32Array(flights.rows);
  for (let row = 0; row < flights.rows; row++) {
    left[row] = toUtcMinute(flights.minute[row], flights.origin[row], clocks);
    landed[row] = left[row] + minutesToLanding(flights.distance[row]);
  }
  return { left, landed, byLeft: orderBy(left), byLanded: orderBy(landed) };
}

/** Counting sort: stable, linear, and minutes of half a year are few. */
function orderBy(minutes: Int32Array): Uint32Array {
  let least = Infinity;
  let greatest = -Infinity;
  for (const minute of minutes) {
    if (minute < least) least = minute;
    if (minute > greatest) greatest = minute;
  }
  const starts = new Uint32Array(minutes.length === 0 ? 1 : greatest - least + 2);
  for (const minute of minutes) starts[minute - least + 1]++;
  for (let at = 1; at < starts.length; at++) starts[at] += starts[at - 1];
  const order = new Uint32Array(minutes.length);
  for (let row = 0; row < minutes.length; row++) order[starts[minutes[row] - least]++] = row;
  return order;
}
