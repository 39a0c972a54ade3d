/** What is published: docs/calibration.json with every row, docs/calibration.md with tables of them, and pictures. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { inRoot } from "../../scripts/paths.ts";
import { pages } from "./pages.ts";
import { pictures } from "./pictures.ts";
import type { Row } from "./tally.ts";
import type { Effort } from "./tasks.ts";

export interface Header {
  version: string;
  machine: string;
  cores: number;
  node: string;
  date: string;
  seed: string;
  minutes: number;
  references: number;
  windowsPerReference: number;
  costlyWindowsPerReference: number;
  costliestWindowsPerReference: number;
  full: boolean;
  rows: number;
  /** Rows of false alarms outside their band. */
  failing: number;
  /** Rows of power below the best other rule by more than is allowed. */
  losses: number;
  /** Kinds of rows that were measured at another time. */
  added?: Added[];
}

export type Added = Pick<Header, "version" | "machine" | "cores" | "node" | "date" | "seed" | "minutes"> & {
  kinds: string[];
};

/** A report with the rows of another measurement instead of its own of those kinds. */
export function added(
  into: { header: Header; rows: Row[] },
  { header, rows }: { header: Header; rows: Row[] },
): { header: Header; rows: Row[] } {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const all = [...into.rows.filter(({ kind }) => !kinds.includes(kind)), ...rows];
  const { version, machine, cores, node, date, seed, minutes } = header;
  const others = (into.header.added ?? []).filter(
    (one) => !one.kinds.some((kind) => kinds.some((k) => k === kind)),
  );
  return {
    header: {
      ...into.header,
      rows: all.length,
      failing: all.filter(isFailing).length,
      losses: all.filter(isLoss).length,
      added: [...others, { kinds, version, machine, cores, node, date, seed, minutes }],
    },
    rows: all,
  };
}

/** Outside its band, and ours to keep within it. */
export const isFailing = ({ kind, passes, promised, peer }: Row): boolean =>
  passes === false && kind !== "power" && promised !== false && peer === undefined;
export const isLoss = ({ kind, passes }: Row): boolean => kind === "power" && passes === false;

export function headerOf(rows: readonly Row[], effort: Effort, version: string, minutes: number): Header {
  return {
    version,
    machine: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    seed: effort.release,
    minutes: Math.round(minutes),
    references: effort.references,
    windowsPerReference: effort.windows,
    costlyWindowsPerReference: effort.costlyWindows,
    costliestWindowsPerReference: effort.costliestWindows,
    full: effort.full,
    rows: rows.length,
    failing: rows.filter(isFailing).length,
    losses: rows.filter(isLoss).length,
  };
}

/** Three digits say all that this many draws know; a row a line, so that versions can be compared. */
export function jsonOf(header: Header, rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    // A design effect of 1 says nothing, four thousand times.
    JSON.stringify(
      { ...row, designEffect: row.designEffect === 1 ? undefined : row.designEffect },
      (key, value: unknown) =>
        typeof value !== "number" || ["n", "m", "draws", "alpha"].includes(key)
          ? value
          : Number(value.toPrecision(3)),
    ),
  );
  return `{\n"header": ${JSON.stringify(header, null, 2)},\n"rows": [\n${lines.join(",\n")}\n]\n}\n`;
}

export function writeReport(header: Header, rows: readonly Row[]): void {
  mkdirSync(inRoot("docs", "images"), { recursive: true });
  writeFileSync(inRoot("docs", "calibration.json"), jsonOf(header, rows));
  const images = pictures(rows);
  for (const [name, svg] of images) writeFileSync(inRoot("docs", "images", name), svg);
  writeFileSync(inRoot("docs", "calibration.md"), pages(header, rows, [...images.keys()]));
}
