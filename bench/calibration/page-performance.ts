/** The part of docs/calibration.md about performance. */
import { percent, ratios, table, unique } from "./page-tables.ts";
import type { Row } from "./tally.ts";

const alone = ", sampling null alone";
const isWhole = ({ method }: Row): boolean => method.startsWith("labels") || method.startsWith("judged");
const hasDays = ({ data }: Row): boolean => data.includes("day effect");

/** By metric, windows of several sizes against a reference without chunks. */
export function metricTable(rows: Row[]): string {
  const own = rows.filter((row) => !isWhole(row) && !hasDays(row));
  const ms = unique(own.map(({ m }) => m)).sort((a, b) => a - b);
  return table(
    ["model", "metric", ...ms.map((m) => `m = ${m.toLocaleString("en")}`)],
    unique(own.map(({ data, method }) => `${data}|${method}`)).map((key) => {
      const [data, method] = key.split("|");
      const of = own.filter((row) => row.data === data && row.method === method);
      return [data, method, ...ms.map((m) => ratios(of.filter((row) => row.m === m)))];
    }),
  );
}

/** Where days differ: both nulls, and what the first alone would do. */
export function metricDaysTable(rows: Row[]): string {
  const own = rows.filter((row) => hasDays(row) && !row.method.endsWith(alone));
  return table(
    ["model", "metric", "both nulls", "sampling null alone"],
    unique(own.map(({ data, method }) => `${data}|${method}`)).map((key) => {
      const [data, method] = key.split("|");
      const of = (name: string): string =>
        ratios(rows.filter((row) => row.data === data && row.method === name));
      return [data, method, of(method), of(`${method}${alone}`).replaceAll(" **✗**", "")];
    }),
  );
}

/** Whole checks by how labels come. */
export function looksTable(rows: Row[]): string {
  const own = rows.filter(isWhole);
  const alphas = unique(own.map(({ alpha }) => alpha ?? 0)).sort((a, b) => a - b);
  return table(
    ["model", "labels", ...alphas.map((alpha) => `level ${percent(alpha)}`)],
    unique(own.map(({ data, method }) => `${data}|${method}`)).map((key) => {
      const [data, method] = key.split("|");
      return [
        data,
        method,
        ...alphas.map((alpha) => {
          const row = own.find((one) => one.data === data && one.method === method && one.alpha === alpha);
          return row
            ? `${percent(row.rate)}${row.passes === false && row.promised !== false ? " **✗**" : ""}`
            : "–";
        }),
      ];
    }),
  );
}
