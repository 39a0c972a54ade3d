/**
 * Traffic and recent delays, in one sweep over the flights in order of departure. Before a flight is looked at, every
 * flight that has landed by its minute is let in, and what has grown too old is let out; nothing else is ever seen.
 *
 * Delays at the ends and on the route are given above the network's of the same hours, which is a feature of its own:
 * so a bad day shows in one feature, not in five, and a feed that goes wrong stands out from the weather.
 */
import type { Flights } from "./flights.ts";
import type { FeatureColumns } from "./features.ts";
import { instantsOf } from "./landing.ts";

/** In any feature column: the value is missing. */
export const MISSING = -32768;

const HOUR = 60;

/** One aircraft a day late says little about an airport: beyond three hours a delay counts as three hours. */
export const DELAY_CAP = 180;

export type Swept = Pick<
  FeatureColumns,
  | "origin_departures"
  | "destination_arrivals"
  | "origin_delay"
  | "inbound_delay"
  | "destination_delay"
  | "route_delay"
  | "network_delay"
>;

export function sweep(flights: Flights, onProgress: (done: number) => void): Swept {
  const { rows, origin, destination, delay } = flights;
  const airports = flights.codes.length;
  const { left, landed, byLeft, byLanded } = instantsOf(flights);
  const route = new Int32Array(rows);
  for (let row = 0; row < rows; row++) route[row] = origin[row] * airports + destination[row];
  const everywhere = new Int32Array(rows);
  const capped = delay.map((minutes) => Math.max(-DELAY_CAP, Math.min(DELAY_CAP, minutes)));

  const departures = createWindow(origin, airports, left, HOUR, capped);
  const arrivals = createWindow(destination, airports, landed, HOUR, capped);
  const outbound = createWindow(origin, airports, landed, 3 * HOUR, capped);
  const inbound = createWindow(destination, airports, landed, 3 * HOUR, capped);
  const onRoute = createWindow(route, airports * airports, landed, 24 * HOUR, capped);
  const network = createWindow(everywhere, 1, landed, HOUR, capped);
  // What the ends and the route are compared with, over the same time as they.
  const network3 = createWindow(everywhere, 1, landed, 3 * HOUR, capped);
  const network24 = createWindow(everywhere, 1, landed, 24 * HOUR, capped);
  const column = (): Int16Array => new Int16Array(rows);
  const swept: Swept = {
    origin_departures: column(),
    destination_arrivals: column(),
    origin_delay: column(),
    inbound_delay: column(),
    destination_delay: column(),
    route_delay: column(),
    network_delay: column(),
  };

  let nextDeparture = 0;
  let nextLanding = 0;
  for (let index = 0; index < rows; index++) {
    const row = byLeft[index];
    const now = left[row];
    // Departures of the same minute are not in yet: two aircraft cannot count each other.
    while (nextDeparture < rows && left[byLeft[nextDeparture]] < now) departures.add(byLeft[nextDeparture++]);
    while (nextLanding < rows && landed[byLanded[nextLanding]] <= now) {
      const other = byLanded[nextLanding++];
      arrivals.add(other);
      outbound.add(other);
      inbound.add(other);
      onRoute.add(other);
      network.add(other);
      network3.add(other);
      network24.add(other);
    }
    const usual3 = network3.mean(0, now);
    const usual24 = network24.mean(0, now);
    swept.origin_departures[row] = departures.count(origin[row], now);
    swept.destination_arrivals[row] = arrivals.count(destination[row], now);
    swept.origin_delay[row] = tenths(outbound.mean(origin[row], now) - usual3);
    swept.inbound_delay[row] = tenths(inbound.mean(origin[row], now) - usual3);
    swept.destination_delay[row] = tenths(inbound.mean(destination[row], now) - usual3);
    swept.route_delay[row] = tenths(onRoute.mean(route[row], now) - usual24);
    swept.network_delay[row] = tenths(network.mean(0, now));
    if ((index & 0x3ffff) === 0) onProgress(index);
  }
  return swept;
}

/** Minutes as a column holds them. */
function tenths(minutes: number): number {
  return Number.isNaN(minutes) ? MISSING : Math.round(10 * minutes);
}

interface Window {
  add: (row: number) => void;
  /** Rows of the key within the window that ends now. */
  count: (key: number, now: number) => number;
  /** Their mean delay in minutes; NaN without any. */
  mean: (key: number, now: number) => number;
}

/** Sliding windows, one a key: rows hang in a chain per key, oldest first; sums of integers stay exact. */
function createWindow(
  keys: Int16Array | Int32Array,
  keyCount: number,
  minutes: Int32Array,
  length: number,
  delay: Int16Array,
): Window {
  const first = new Int32Array(keyCount).fill(-1);
  const last = new Int32Array(keyCount).fill(-1);
  const next = new Int32Array(keys.length).fill(-1);
  const counts = new Int32Array(keyCount);
  const sums = new Int32Array(keyCount);
  const expire = (key: number, now: number): void => {
    let row = first[key];
    while (row !== -1 && minutes[row] < now - length) {
      counts[key]--;
      sums[key] -= delay[row];
      row = next[row];
    }
    first[key] = row;
    if (row === -1) last[key] = -1;
  };
  return {
    add: (row) => {
      const key = keys[row];
      if (last[key] === -1) first[key] = row;
      else next[last[key]] = row;
      last[key] = row;
      counts[key]++;
      sums[key] += delay[row];
    },
    count: (key, now) => {
      expire(key, now);
      return counts[key];
    },
    mean: (key, now) => {
      expire(key, now);
      return counts[key] === 0 ? NaN : sums[key] / counts[key];
    },
  };
}
