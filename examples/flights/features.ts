/**
 * The dozen features of the delay model, all known when the aircraft leaves. One list: the model's declaration, the
 * training, the faults and the replayed columns are derived from it.
 *
 * Each is a column of 16-bit integers in units of 1/`scale`, so that three million rows stay small and a value is the
 * same number in training, in the reference and on the wire.
 */
import type { Flights } from "./flights.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "./calendar.ts";
import { sweep, type Swept } from "./recent.ts";

export { MISSING } from "./recent.ts";

export const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export interface FeatureSpec {
  name: FeatureName;
  type: "numeric" | "categorical";
  /** Column integers are the value times this. */
  scale: 1 | 10;
  unit?: string;
  description: string;
}

export const featureNames = [
  "hour",
  "weekday",
  "distance",
  "origin",
  "destination",
  "origin_departures",
  "destination_arrivals",
  "origin_delay",
  "inbound_delay",
  "destination_delay",
  "route_delay",
  "network_delay",
] as const;
export type FeatureName = (typeof featureNames)[number];
export type FeatureColumns = Record<FeatureName, Int16Array>;

export const featureSpecs: FeatureSpec[] = [
  { name: "hour", type: "numeric", scale: 1, unit: "h", description: "Hour of departure, local time" },
  { name: "weekday", type: "categorical", scale: 1, description: "Day of the week, local time" },
  { name: "distance", type: "numeric", scale: 1, unit: "miles", description: "Distance of the flight" },
  { name: "origin", type: "categorical", scale: 1, description: "Airport of departure (IATA)" },
  { name: "destination", type: "categorical", scale: 1, description: "Airport of arrival (IATA)" },
  {
    name: "origin_departures",
    type: "numeric",
    scale: 1,
    unit: "flights",
    description: "Departures from the origin in the hour before",
  },
  {
    name: "destination_arrivals",
    type: "numeric",
    scale: 1,
    unit: "flights",
    description: "Landings at the destination in the hour before",
  },
  {
    name: "origin_delay",
    type: "numeric",
    scale: 10,
    unit: "min",
    description: "Mean delay of flights from the origin that landed in the last 3 hours, above all flights'",
  },
  {
    name: "inbound_delay",
    type: "numeric",
    scale: 10,
    unit: "min",
    description: "Mean delay of flights that landed at the origin in the last 3 hours, above all flights'",
  },
  {
    name: "destination_delay",
    type: "numeric",
    scale: 10,
    unit: "min",
    description:
      "Mean delay of flights that landed at the destination in the last 3 hours, above all flights'",
  },
  {
    name: "route_delay",
    type: "numeric",
    scale: 10,
    unit: "min",
    description: "Mean delay of flights on the route that landed in the last 24 hours, above all flights'",
  },
  {
    name: "network_delay",
    type: "numeric",
    scale: 10,
    unit: "min",
    description: "Mean delay of all flights that landed in the last hour",
  },
];

/**
 * All features of all rows. Nothing in a row depends on a flight that had not landed when it left (see recent.ts).
 */
export function buildFeatures(
  flights: Flights,
  onProgress: (done: number) => void = () => {},
): FeatureColumns {
  const hour = new Int16Array(flights.rows);
  const weekday = new Int16Array(flights.rows);
  for (let row = 0; row < flights.rows; row++) {
    const minute = flights.minute[row];
    hour[row] = Math.floor((minute % MINUTES_PER_DAY) / MINUTES_PER_HOUR);
    weekday[row] = Math.floor(minute / MINUTES_PER_DAY) % 7;
  }
  const swept: Swept = sweep(flights, onProgress);
  return {
    hour,
    weekday,
    distance: flights.distance,
    origin: flights.origin,
    destination: flights.destination,
    ...swept,
  };
}
