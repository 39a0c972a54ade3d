import { beforeAll, describe, expect, it } from "vitest";
import { minuteOf, referenceMinutes } from "../../examples/flights/calendar.ts";
import { buildFeatures, type FeatureColumns } from "../../examples/flights/features.ts";
import { loadFlights, type Flights } from "../../examples/flights/flights.ts";
import { baseRate, matchingThreshold, rocAuc } from "../../examples/flights/metrics.ts";
import { lateOf, scoreRows, train, weekOfMinute, type Training } from "../../examples/flights/train.ts";
import { treeOptions } from "../../examples/flights/trees.ts";

/** Every eighth flight and few trees: the same way through the code in a few seconds. */
const options = { ...treeOptions, trees: 12, depth: 4 };

function thin(flights: Flights, columns: FeatureColumns): { flights: Flights; columns: FeatureColumns } {
  const keep = <T extends Int16Array | Int32Array>(column: T): T =>
    column.filter((_, row) => row % 8 === 0) as T;
  const { minute, delay, distance, origin, destination, codes } = flights;
  const thinned = { minute: keep(minute), delay: keep(delay), distance: keep(distance) };
  return {
    flights: {
      rows: thinned.minute.length,
      ...thinned,
      origin: keep(origin),
      destination: keep(destination),
      codes,
    },
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, keep(column)]),
    ) as FeatureColumns,
  };
}

describe("the delay model", () => {
  let flights: Flights;
  let columns: FeatureColumns;
  let training: Training;
  beforeAll(async () => {
    const all = await loadFlights(minuteOf("2001-02-05"));
    ({ flights, columns } = thin(all, buildFeatures(all)));
    training = train(flights, columns, undefined, options);
  });

  it("tells late flights from others out of sample, in January and in the week after", () => {
    expect(training.auc).toBeGreaterThan(0.68);
    const later = Uint32Array.from({ length: flights.rows }, (_, row) => row).filter(
      (row) => flights.minute[row] >= referenceMinutes,
    );
    const scores = scoreRows(training.model, columns, later);
    expect(rocAuc(scores, lateOf(flights.delay.slice(-later.length)))).toBeGreaterThan(0.66);
  });

  it("scores each reference week without having seen its labels", () => {
    const turned = 2;
    const delay = flights.delay.map((minutes, row) =>
      weekOfMinute(flights.minute[row]) === turned ? 30 - minutes : minutes,
    );
    const other = train({ ...flights, delay }, columns, undefined, options);
    const week = Array.from(training.crossFitted.keys(), (row) => weekOfMinute(flights.minute[row]));
    const scoresOf = (scores: Uint16Array, held: boolean): number[] =>
      [...scores].filter((_, row) => (week[row] === turned) === held);
    expect(scoresOf(other.crossFitted, true)).toEqual(scoresOf(training.crossFitted, true));
    // The other weeks were scored by models that did see it.
    expect(scoresOf(other.crossFitted, false)).not.toEqual(scoresOf(training.crossFitted, false));
  });

  it("does not use what comes after the reference", () => {
    const delay = flights.delay.map((minutes, row) =>
      flights.minute[row] >= referenceMinutes ? 600 : minutes,
    );
    const other = train({ ...flights, delay }, columns, undefined, options);
    expect(other.model.forest).toEqual(training.model.forest);
  });

  it("is the same in every training", () => {
    const again = train(flights, columns, undefined, options);
    expect(again.crossFitted).toEqual(training.crossFitted);
    expect(again.model).toEqual(training.model);
  });

  it("calls about as many flights late as were late", () => {
    const called = training.crossFitted.filter((score) => score >= training.threshold).length;
    expect(called / training.crossFitted.length).toBeCloseTo(training.baseRate, 2);
  });
});

describe("the metrics of the printout", () => {
  it("count ties half in the AUC", () => {
    expect(rocAuc(Uint16Array.of(1, 2, 3, 4), Uint8Array.of(0, 0, 1, 1))).toBe(1);
    expect(rocAuc(Uint16Array.of(4, 3, 2, 1), Uint8Array.of(0, 0, 1, 1))).toBe(0);
    expect(rocAuc(Uint16Array.of(5, 5, 5), Uint8Array.of(0, 1, 1))).toBe(0.5);
    // Pairs late over on time: 2 wins, 1 tie, 1 loss of 4.
    expect(rocAuc(Uint16Array.of(2, 4, 1, 3, 4), Uint8Array.of(0, 1, 0, 0, 0))).toBe(3.5 / 4);
  });

  it("choose the lowest score that calls no fewer late than were", () => {
    const late = Uint8Array.of(1, 0, 1, 0);
    expect(matchingThreshold(Uint16Array.of(10, 20, 30, 40), late)).toBe(30);
    expect(baseRate(late)).toBe(0.5);
  });
});
