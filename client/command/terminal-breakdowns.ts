/** The comparison by period and by segment, on a terminal. */
import type { Comparison } from "#core/domain/comparison.ts";
import { formatCount } from "#core/report/format.ts";
import { statusStyles, table, type TableOptions } from "./terminal-rows.ts";
import { printable, wrapped } from "./terminal-text.ts";

const blocks: Record<string, string> = { ok: "·", insufficient: "○", warning: "▒", drift: "█", error: "!" };
const listedStretches = 20;

type Period = NonNullable<Comparison["series"]>["periods"][number];

export function seriesLines({ series: found }: Comparison, options: TableOptions): string[] {
  if (found === null) return [];
  const { width, paint } = options;
  const strip = found.periods
    .map(({ verdict: { status } }) => paint(blocks[status], ...statusStyles[status]))
    .reduce<string[]>((lines, block, i) => {
      if (i % (width - 2) === 0) lines.push("");
      lines[lines.length - 1] += block;
      return lines;
    }, []);
  const loud = stretchesOf(found.periods).filter(
    ([{ verdict }]) => verdict.status !== "ok" && verdict.status !== "insufficient",
  );
  const rows = loud.slice(0, listedStretches).map((stretch) => {
    const { status } = stretch[0].verdict;
    const count = stretch.reduce((sum, period) => sum + period.rows, 0);
    return {
      cells: [spanOf(stretch), loudIn(stretch), formatCount(count), status],
      style: statusStyles[status],
    };
  });
  return [
    ...wrapped(`By ${found.by}: ${found.sentence}`, width),
    ...strip,
    paint(`${spanOf(found.periods)}; █ drift, ▒ warning, · ok, ○ insufficient`, "dim"),
    ...(rows.length > 0 ? table([found.by, "what", "rows", "verdict"], rows, options) : []),
    ...(loud.length > listedStretches
      ? [paint(`and ${loud.length - listedStretches} more (--json has all)`, "dim")]
      : []),
  ];
}

/** Neighbours of one status, together. */
function stretchesOf(periods: readonly Period[]): Period[][] {
  const stretches: Period[][] = [];
  for (const period of periods) {
    const last = stretches.at(-1);
    if (last?.[0].verdict.status === period.verdict.status) last.push(period);
    else stretches.push([period]);
  }
  return stretches;
}

function spanOf(stretch: readonly Period[]): string {
  const day = ({ startMs }: Period): string => new Date(startMs).toISOString().slice(0, 10);
  const [first, last] = [stretch[0], stretch[stretch.length - 1]];
  return stretch.length === 1 ? day(first) : `${day(first)} to ${day(last)}`;
}

/** Which features, the most frequent first; how often where that is not always. */
function loudIn(stretch: readonly Period[]): string {
  const counts = new Map<string, number>();
  for (const { features, verdict } of stretch)
    for (const { name, verdict: own } of features)
      if (own.status === verdict.status) counts.set(name, (counts.get(name) ?? 0) + 1);
  const named = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return printable(
    named
      .map(([name, count]) => (count === stretch.length ? name : `${name} (${count} of ${stretch.length})`))
      .join(", "),
  );
}

export function segmentLines({ segments: found }: Comparison, options: TableOptions): string[] {
  if (found === null) return [];
  const rows = found.values.map(({ value, rows: { reference, current }, verdict: one }) => ({
    cells: [
      printable(value),
      printable(one.reason),
      formatCount(reference),
      formatCount(current),
      one.status,
    ],
    style: statusStyles[one.status],
  }));
  const omitted = found.omitted.slice(0, 5).map(({ value, reason }) => `${printable(value)} (${reason})`);
  const more = found.omitted.length > 5 ? ` and ${found.omitted.length - 5} more` : "";
  return [
    ...wrapped(`By ${printable(found.column)}: ${found.sentence}`, options.width),
    ...table(["segment", "what", "reference", "current", "verdict"], rows, options),
    ...(omitted.length > 0
      ? wrapped(`left out: ${omitted.join(", ")}${more}`, options.width).map((line) =>
          options.paint(line, "dim"),
        )
      : []),
  ];
}
