import { beforeAll, describe, expect, it } from "vitest";
import { minuteOf } from "../../examples/flights/calendar.ts";
import {
  buildFeatures,
  featureNames,
  MISSING,
  type FeatureColumns,
} from "../../examples/flights/features.ts";
import { loadFlights, type Flights } from "../../examples/flights/flights.ts";
import { instantsOf, minutesToLanding, type Instants } from "../../examples/flights/landing.ts";
import { DELAY_CAP } from "../../examples/flights/recent.ts";
import { seeded } from "../../examples/flights/trees.ts";

describe("the features of the flights", () => {
  let flights: Flights;
  let columns: FeatureColumns;
  let instants: Instants;
  beforeAll(async () => {
    flights = await loadFlights(minuteOf("2001-01-05"));
    columns = buildFeatures(flights);
    instants = instantsOf(flights);
  });

  /** Looks through all flights for each row, the slow way. */
  function naive(row: number): Record<string, number> {
    const { left, landed } = instants;
    const now = left[row];
    const mean = (minutes: number, belongs: (other: number) => boolean): number => {
      let sum = 0;
      let count = 0;
      for (let other = 0; other < flights.rows; other++) {
        if (landed[other] > now || landed[other] < now - minutes || !belongs(other)) continue;
        sum += Math.max(-DELAY_CAP, Math.min(DELAY_CAP, flights.delay[other]));
        count++;
      }
      return sum / count;
    };
    const count = (times: Int32Array, until: number, belongs: (other: number) => boolean): number => {
      let found = 0;
      for (let other = 0; other < flights.rows; other++)
        if (times[other] >= now - 60 && times[other] <= until && belongs(other)) found++;
      return found;
    };
    const { origin, destination } = flights;
    const all3 = mean(180, () => true);
    const all24 = mean(24 * 60, () => true);
    const tenths = (value: number): number => (Number.isNaN(value) ? MISSING : Math.round(10 * value) || 0);
    return {
      origin_departures: count(left, now - 1, (other) => origin[other] === origin[row]),
      destination_arrivals: count(landed, now, (other) => destination[other] === destination[row]),
      origin_delay: tenths(mean(180, (other) => origin[other] === origin[row]) - all3),
      inbound_delay: tenths(mean(180, (other) => destination[other] === origin[row]) - all3),
      destination_delay: tenths(mean(180, (other) => destination[other] === destination[row]) - all3),
      route_delay: tenths(
        mean(24 * 60, (other) => origin[other] === origin[row] && destination[other] === destination[row]) -
          all24,
      ),
      network_delay: tenths(mean(60, () => true)),
    };
  }

  it("are what a naive look at every other flight gives", () => {
    const random = seeded(7);
    for (let sample = 0; sample < 150; sample++) {
      const row = Math.floor(random() * flights.rows);
      const expected = naive(row);
      const actual = Object.fromEntries(
        Object.keys(expected).map((name) => [name, columns[name as keyof FeatureColumns][row]]),
      );
      expect({ row, ...actual }).toEqual({ row, ...expected });
    }
  });

  it("do not change when the future does", () => {
    const now = instants.left[Math.floor(flights.rows * 0.6)];
    const delay = flights.delay.map((minutes, row) => (instants.landed[row] > now ? 600 - minutes : minutes));
    const changed = buildFeatures({ ...flights, delay });
    let same = 0;
    for (let row = 0; row < flights.rows; row++) {
      if (instants.left[row] > now) continue;
      same++;
      for (const name of featureNames)
        if (changed[name][row] !== columns[name][row]) expect.fail(`${name} of row ${row} saw the future`);
    }
    expect(same).toBeGreaterThan(30_000);
    // And the change was one that can be seen: afterwards it is.
    expect(changed.network_delay).not.toEqual(columns.network_delay);
  });

  it("take a flight for landed an hour and its way at 800 km/h after it left, whatever the clocks say", () => {
    expect(minutesToLanding(0)).toBe(60);
    expect(minutesToLanding(497)).toBe(120); // 799.8 km
    const { codes, origin, destination } = flights;
    const find = (from: string, to: string): number =>
      origin.findIndex((code, row) => codes[code] === from && codes[destination[row]] === to);
    const east = find("LAX", "JFK");
    // Los Angeles is eight hours behind UTC in winter, New York five.
    expect(instants.left[east] - flights.minute[east]).toBe(8 * 60);
    expect(instants.left[find("JFK", "LAX")] - flights.minute[find("JFK", "LAX")]).toBe(5 * 60);
  });

  it("are in order of event time and end before the given minute", () => {
    expect(flights.rows).toBe(14_828 + 16_850 + 16_948 + 17_065);
    expect(flights.minute[flights.rows - 1]).toBeLessThan(minuteOf("2001-01-05"));
    expect(columns.weekday[0]).toBe(0); // 1 January 2001 was a Monday
  });
});
