/**
 * Three faults put into `flight-delay-faulty` on purpose, at stated dates in a quiet spring, so that a viewer can check
 * what was caught and how soon. The flights and their labels stay as they were; the model scores what it is given.
 */
import { minuteOf, minuteToMs, referenceMinutes } from "./calendar.ts";
import { MISSING, type FeatureColumns, type FeatureName } from "./features.ts";

export interface Fault {
  name: string;
  /** First and one past the last minute, since 1 January 2001. */
  from: number;
  to: number;
  features: FeatureName[];
  description: string;
  /** Writes the fault into the columns, at the rows `start ≤ row < end` that lie in it. */
  inject: (into: FeatureColumns, flown: Flown, start: number, end: number) => void;
}

/** What a fault may look at. */
export interface Flown {
  rows: number;
  minute: Int32Array;
  codes: string[];
  columns: FeatureColumns;
}

const KM_PER_MILE = 1.609344;
const stuckFeatures = ["origin_delay", "inbound_delay", "destination_delay"] as const;

export const faults: Fault[] = [
  {
    name: "stuck delay feed",
    from: minuteOf("2001-04-24"),
    to: minuteOf("2001-04-27"),
    features: [...stuckFeatures],
    description:
      "Injected: for three days the feed of recent delays at both ends repeats what it last said late on 23 April.",
    inject: (into, { columns }, start, end) => {
      // The last flight before it with all three: what the feed said last.
      let last = start - 1;
      while (last > 0 && stuckFeatures.some((name) => columns[name][last] === MISSING)) last--;
      for (const name of stuckFeatures) into[name].fill(columns[name][last], start, end);
    },
  },
  {
    name: "kilometres for miles",
    from: minuteOf("2001-05-02"),
    to: minuteOf("2001-05-09"),
    features: ["distance"],
    description:
      "Injected: for a week every third airport (of those ranked by departures in the reference weeks: the 1st, 4th, 7th …) gives the distance of flights from and to it in kilometres instead of miles.",
    inject: (into, flown, start, end) => {
      const { origin, destination, distance } = flown.columns;
      const metric = everyThirdAirport(flown);
      for (let row = start; row < end; row++)
        if (metric.has(origin[row]) || metric.has(destination[row]))
          into.distance[row] = Math.round(distance[row] * KM_PER_MILE);
    },
  },
  {
    name: "origin missing",
    from: minuteOf("2001-05-16"),
    to: minuteOf("2001-05-18"),
    features: ["origin"],
    description: "Injected: for two days a fifth of the flights arrive without their origin.",
    inject: (into, _flown, start, end) => {
      // Fibonacci hashing of the row: a fifth that knows nothing of airport or time, the same in every run.
      for (let row = start; row < end; row++)
        if (Math.imul(row, 0x9e3779b1) >>> 0 < 0x1_0000_0000 / 5) into.origin[row] = MISSING;
    },
  },
];

/** The columns with all faults in; columns without a fault are shared, not copied. */
export function injectFaults(flown: Flown): { columns: FeatureColumns; rows: Uint32Array } {
  const columns: FeatureColumns = { ...flown.columns };
  for (const name of new Set(faults.flatMap(({ features }) => features)))
    columns[name] = flown.columns[name].slice();
  const touched: number[] = [];
  for (const fault of faults) {
    const start = firstRowAt(flown, fault.from);
    const end = firstRowAt(flown, fault.to);
    if (start === end) continue; // the slice of flights ends before it
    fault.inject(columns, flown, start, end);
    for (let row = start; row < end; row++) touched.push(row);
  }
  return { columns, rows: Uint32Array.from(touched) };
}

/** For people and the model's annotations. */
export function faultTimes({ from, to }: Fault): { fromMs: number; toMs: number } {
  return { fromMs: minuteToMs(from), toMs: minuteToMs(to) };
}

/** First row at or after a minute. */
export function firstRowAt({ rows, minute }: Pick<Flown, "rows" | "minute">, at: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (minute[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function everyThirdAirport(flown: Flown): Set<number> {
  const departures = new Uint32Array(flown.codes.length);
  const end = firstRowAt(flown, referenceMinutes);
  for (let row = 0; row < end; row++) departures[flown.columns.origin[row]]++;
  const ranked = [...departures.keys()].sort((a, b) => departures[b] - departures[a] || a - b);
  return new Set(ranked.filter((_, rank) => rank % 3 === 0));
}
