/**
 * Small charts as SVG text, for a report that needs nothing but itself: densities, cumulative shares with their largest
 * gap, and bars. Colours come from the report's style sheet, so that they follow its theme and print.
 */
import { type CellRow, cumulate, mergeRanges, quantileOf } from "./cell-rows.ts";
import { formatNumber, formatPercent } from "./format.ts";
import { escaped, type Markup, raw } from "./html.ts";
import { ticks } from "./ticks.ts";

const width = 480;
const height = 230;
const frame = { left: 58, right: 14, top: 26, bottom: 34 };
const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };
/** More steps show the noise of single cells rather than the shape. */
const steps = 40;
/** The table beside it has all. */
const barsShown = 14;

type Point = readonly [x: number, y: number];
interface Scale {
  from: number;
  to: number;
}

const x = (value: number, { from, to }: Scale): number =>
  frame.left + Math.min(1, Math.max(0, (value - from) / (to - from || 1))) * inner.width;
const y = (value: number, most: number): number =>
  frame.top + inner.height * (1 - Math.min(1, value / (most || 1)));
const at = (value: number): string => value.toFixed(1);

const text = (left: number, top: number, words: string, look = ""): string =>
  `<text x="${at(left)}" y="${at(top)}" ${look}>${escaped(words)}</text>`;

function picture(title: string, parts: readonly string[]): Markup {
  const svg = `<svg class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`;
  return raw(`${svg}<title>${escaped(title)}</title>${parts.join("")}</svg>`);
}

const legend = [
  `<rect class="reference" x="${frame.left}" y="6" width="12" height="9"/>`,
  text(frame.left + 17, 14, "reference"),
  `<rect class="current" x="${frame.left + 90}" y="6" width="12" height="9"/>`,
  text(frame.left + 107, 14, "current"),
];

function yAxis(most: number, words: (value: number) => string): string[] {
  return ticks(0, most, 4).flatMap((value) => [
    `<path class="grid" d="M${frame.left} ${at(y(value, most))}H${width - frame.right}"/>`,
    text(frame.left - 6, y(value, most) + 4, words(value), 'text-anchor="end"'),
  ]);
}

function xAxis(scale: Scale): string[] {
  const bottom = height - frame.bottom;
  return [
    `<path class="axis" d="M${frame.left} ${bottom}H${width - frame.right}"/>`,
    ...ticks(scale.from, scale.to, 5).flatMap((value) => [
      `<path class="axis" d="M${at(x(value, scale))} ${bottom}v4"/>`,
      text(x(value, scale), bottom + 17, formatNumber(value, 6), 'text-anchor="middle"'),
    ]),
  ];
}

const path = (points: readonly Point[], scale: Scale, most: number): string =>
  points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${at(x(px, scale))} ${at(y(py, most))}`).join("");

/** The outer cells reach to extremes: half a percent is left off at both ends, or nothing else could be seen. */
function scaleOf(rows: readonly CellRow[]): Scale {
  const [from, to] = [quantileOf(rows, 0.005), quantileOf(rows, 0.995)];
  return to > from ? { from, to } : { from: from - 0.5, to: from + 0.5 };
}

/** Heights are share ÷ width, so that equal areas are equal shares of the rows. */
export function densityPicture(name: string, rows: readonly CellRow[]): Markup {
  const ranges = mergeRanges(rows, steps);
  const scale = scaleOf(ranges);
  const outline = (key: "reference" | "current"): Point[] =>
    ranges.flatMap((row) => {
      const [lower, upper] = [row.lower ?? 0, row.upper ?? 0];
      const density = upper > lower ? row[key] / (upper - lower) : 0;
      return [[lower, density] as const, [upper, density] as const];
    });
  const [reference, current] = [outline("reference"), outline("current")];
  const most = 1.05 * Math.max(...[...reference, ...current].map(([, density]) => density));
  const ends = (points: readonly Point[]): Point[] => [
    [points[0]?.[0] ?? 0, 0],
    ...points,
    [points.at(-1)?.[0] ?? 0, 0],
  ];
  return picture(`Density of ${name}, reference and current`, [
    ...legend,
    text(width - frame.right, 14, "density", 'text-anchor="end"'),
    ...yAxis(most, (value) => formatNumber(value, 2)),
    `<path class="reference area" d="${path(ends(reference), scale, most)}Z"/>`,
    `<path class="current line" d="${path(current, scale, most)}"/>`,
    ...xAxis(scale),
  ]);
}

/** Both cumulative shares with the largest gap marked: what the KS statistic measures. */
export function cumulativePicture(name: string, rows: readonly CellRow[]): Markup {
  const ranges = rows.filter(({ lower }) => lower !== null);
  const scale = scaleOf(ranges);
  const { reference, current, largest } = cumulate(ranges);
  const points = (pairs: readonly number[][]): Point[] => pairs.map(([px, py]) => [px, py]);
  const gapAt = x(largest.at, scale);
  const beside =
    gapAt > width - 110 ? ({ dx: -8, anchor: "end" } as const) : ({ dx: 8, anchor: "start" } as const);
  const middle = (y(largest.reference, 1) + y(largest.current, 1)) / 2;
  return picture(`Cumulative shares of ${name}, reference and current`, [
    ...legend,
    text(width - frame.right, 14, "share of rows at or below", 'text-anchor="end"'),
    ...yAxis(1, (value) => formatPercent(value, 0)),
    `<path class="reference line" d="${path(points(reference), scale, 1)}"/>`,
    `<path class="current line" d="${path(points(current), scale, 1)}"/>`,
    `<path class="gap" d="M${at(gapAt)} ${at(y(largest.reference, 1))}V${at(y(largest.current, 1))}"/>`,
    text(
      gapAt + beside.dx,
      middle + 14,
      `gap ${formatNumber(largest.gap)}`,
      `class="gap" text-anchor="${beside.anchor}"`,
    ),
    ...xAxis(scale),
  ]);
}

/** Shares of the largest categories, lying, since their names are longer than they are. */
export function barPicture(name: string, rows: readonly CellRow[]): Markup {
  const largest = (row: CellRow): number => Math.max(row.reference, row.current);
  const shown = [...rows].sort((a, b) => largest(b) - largest(a)).slice(0, barsShown);
  const most = Math.max(...shown.map(largest));
  const [row, labels] = [24, 130];
  const tall = 26 + shown.length * row + 6;
  const bar = (value: number, top: number, look: string): string =>
    `<rect class="${look}" x="${labels}" y="${top}" width="${at((value / (most || 1)) * (width - labels - 60))}" height="9"/>` +
    text(labels + (value / (most || 1)) * (width - labels - 60) + 5, top + 8.5, formatPercent(value));
  const shorten = (words: string): string => (words.length > 18 ? `${words.slice(0, 17)}…` : words);
  const parts = shown.flatMap((each, i) => {
    const top = 26 + i * row;
    return [
      text(labels - 8, top + 13, shorten(each.label), 'text-anchor="end"'),
      bar(each.reference, top, "reference"),
      bar(each.current, top + 10, "current"),
    ];
  });
  const title = escaped(`Shares of ${name}, reference and current`);
  return raw(
    `<svg class="picture bars" viewBox="0 0 ${width} ${tall}" role="img" aria-label="${title}"><title>${title}</title>${[...legend, ...parts].join("")}</svg>`,
  );
}
