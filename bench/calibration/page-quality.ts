/** The part of docs/calibration.md about the quality of data. */
import { percent, ratios, table, unique } from "./page-tables.ts";
import type { Row } from "./tally.ts";

/** Whole checks have levels of their own; their methods are verdicts rather than tests. */
const isWhole = ({ method }: Row): boolean => method.includes("drift") || method.includes("warning");

/** By kind of test, the worlds side by side. */
export function qualityTable(rows: Row[]): string {
  const own = rows.filter((row) => !isWhole(row));
  const worlds = unique(own.map(({ data }) => data));
  return table(
    ["test", ...worlds],
    unique(own.map(({ method }) => method)).map((method) => [
      method,
      ...worlds.map((data) => ratios(own.filter((row) => row.method === method && row.data === data))),
    ]),
  );
}

/** What a person hears, and the family before the effect gates. */
export function qualityVerdictTable(rows: Row[]): string {
  const own = rows.filter(isWhole);
  return table(
    ["days", "windows", "verdict", "nominal", "measured", "99.9 % interval"],
    own.map(({ data, draws, method, alpha, rate, low, high, passes }) => [
      ...[data, draws.toLocaleString("en"), method, percent(alpha ?? 0)],
      `${percent(rate)}${passes === false ? " **✗**" : ""}`,
      `${percent(low)} – ${percent(high)}`,
    ]),
  );
}
