/** The pictures of docs/calibration.md, from its rows. */
import { type Axis, type Chart, chart, colours, type Series } from "./svg.ts";
import type { Row } from "./tally.ts";

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
const rowsAxis = (label: string, values: number[]): Axis => ({
  ...{ label, from: Math.min(...values) / 1.2, to: Math.max(...values) * 1.2, log: true },
  ticks: values.map((at) => ({ at, label: at.toLocaleString("en") })),
});
const shareAxis = (label: string): Axis => ({
  ...{ label, from: 0, to: 1, log: false },
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((at) => ({ at, label: percent(at) })),
});
const who = ({ peer, method }: Row): string =>
  peer === undefined ? `here: ${method}` : `${peer}: ${method}`;

function seriesBy(rows: readonly Row[], x: (row: Row) => number): Series[] {
  const names = [...new Set(rows.map(who))].sort(
    (a, b) => Number(b.startsWith("here")) - Number(a.startsWith("here")),
  );
  return names.map((name, index) => ({
    ...{ name, colour: colours[index % colours.length], line: true },
    points: rows.filter((row) => who(row) === name).map((row) => ({ x: x(row), y: row.rate })),
  }));
}

/** False alarms of the rules that people run, by rows of the window. */
function alarmsByRows(rows: readonly Row[], title: string): Chart {
  const ms = [...new Set(rows.map(({ m }) => m))].sort((a, b) => a - b);
  return {
    title,
    x: rowsAxis("rows in the window", ms),
    y: shareAxis("windows without drift that alarm"),
    series: seriesBy(rows, ({ m }) => m),
  };
}

/** Every test row: measured rate over its level. */
function testRates(rows: readonly Row[]): Chart {
  const shown = [0.05, 0.01, 0.001];
  return {
    title: "Measured rate of false alarms over the nominal one, every test row",
    x: {
      ...{ label: "rows in the window", from: 40, to: 16_000, log: true },
      ticks: [50, 100, 200, 500, 1000, 10_000].map((at) => ({ at, label: at.toLocaleString("en") })),
    },
    y: {
      ...{ label: "measured / nominal", from: 0.1, to: 10, log: true },
      ticks: [0.1, 0.2, 0.5, 1, 1.5, 2, 5, 10].map((at) => ({ at, label: String(at) })),
    },
    band: { from: 0.5, to: 1.5, label: "the band" },
    series: shown.map((alpha, index) => ({
      ...{ name: `level ${alpha}`, colour: colours[index], line: false },
      points: rows
        .filter((row) => row.alpha === alpha)
        // Side by side, so that dots of one m can be told apart.
        .map((row, each) => ({
          x: row.m * (0.9 + 0.1 * index + 0.08 * ((each % 11) / 11)),
          y: row.rate / alpha,
        })),
    })),
  };
}

function powerByChange(rows: readonly Row[], title: string): Chart {
  const changes = [...new Set(rows.map(({ change }) => change ?? ""))];
  const labels = changes.map((change) => /[\d.]+ (%|sd|times)/.exec(change)?.[0] ?? change);
  return {
    title,
    x: {
      ...{ label: "change", from: 0.7, to: changes.length + 0.3, log: false },
      ticks: labels.map((label, index) => ({ at: index + 1, label })),
    },
    y: shareAxis("windows with the change that alarm"),
    series: seriesBy(rows, ({ change }) => changes.indexOf(change ?? "") + 1),
  };
}

/** File names in docs/images and their contents. */
export function pictures(rows: readonly Row[]): Map<string, string> {
  const files = new Map<string, string>();
  const add = (name: string, of: readonly Row[], draw: (rows: readonly Row[]) => Chart): void => {
    if (of.length > 0) files.set(`calibration-${name}.svg`, chart(draw(of)));
  };
  const peers = rows.filter(({ kind }) => kind === "peer");
  add(
    "tests",
    rows.filter(({ kind }) => kind === "test"),
    testRates,
  );
  add(
    "rules",
    peers.filter(({ data, n }) => data === "normal" && n === 5000),
    (of) => alarmsByRows(of, "False alarms, normal rows, reference of 5,000"),
  );
  add(
    "rules-days",
    peers.filter(({ data }) => data.includes("day effect")),
    (of) => alarmsByRows(of, "False alarms where days differ by 0.2 standard deviations"),
  );
  const power = rows.filter(
    ({ kind, data, n, m }) => kind === "power" && data === "normal" && n === 5000 && m === 200,
  );
  for (const change of ["location", "scale", "tails"])
    add(
      `power-${change}`,
      power.filter((row) => row.change?.startsWith(change)),
      (of) => powerByChange(of, `Power against changes of ${change}, 200 rows, one false alarm in a hundred`),
    );
  return files;
}
