/** The tables of docs/calibration.md. */
import { bestPeer } from "./power.ts";
import { isFailing } from "./report.ts";
import { bandOf, type Row } from "./tally.ts";

export const count = (value: number): string => value.toLocaleString("en");
const short = (value: number): string => String(Number(value.toPrecision(2)));
export const percent = (share: number): string =>
  share === 0 ? "0" : `${Number((100 * share).toPrecision(2))} %`;
export const table = (head: string[], body: string[][]): string =>
  [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
/** The methods that decide by default. */
const deciding = ["ad", "chi2", "hypergeom"];
export const unique = <T>(values: T[]): T[] => [...new Set(values)];

/** Measured over nominal, with what is to be known about it. */
function ratio(row: Row | undefined): string {
  if (row === undefined || row.alpha === null) return "";
  const marks = `${row.passes === false ? " **✗**" : ""}${row.extrapolated ? " ᵉ" : ""}`;
  return `${short(row.rate / row.alpha)}${marks}`;
}

export function decidingTests(rows: Row[]): string {
  const chosen = rows.filter(({ n, method }) => n === 5000 && deciding.includes(method));
  const ms = unique(chosen.map(({ m }) => m));
  const lines = unique(chosen.map(({ data, method }) => `${data}|${method}`)).map((key) => {
    const [data, method] = key.split("|");
    const own = chosen.filter((row) => row.data === data && row.method === method);
    return [data, method, ...ms.map((m) => ratios(own.filter((row) => row.m === m)))];
  });
  return table(["data", "test", ...ms.map((m) => `m = ${count(m)}`)], lines);
}

export function ratios(rows: Row[]): string {
  if (rows.length === 0) return "–";
  return [0.05, 0.01, 0.001].map((alpha) => ratio(rows.find((row) => row.alpha === alpha))).join(" / ");
}

export function methodTable(rows: Row[]): string {
  const alphas = unique(rows.map(({ alpha }) => alpha));
  return table(
    ["method", ...alphas.map((alpha) => `level ${alpha}`), "largest measured / nominal at 0.01"],
    unique(rows.map(({ method }) => method)).map((method) => {
      const own = rows.filter((row) => row.method === method);
      const worst = own
        .filter(({ alpha }) => alpha === 0.01)
        .reduce((most, { rate }) => Math.max(most, rate / 0.01), 0);
      return [
        method,
        ...alphas.map((alpha) => {
          const at = own.filter((row) => row.alpha === alpha);
          return `${at.filter(({ passes }) => passes).length} of ${at.length}`;
        }),
        short(worst),
      ];
    }),
  );
}

export function dependentTable(rows: Row[]): string {
  const both = rows.filter(({ method }) => method === "ad" || method === "ks");
  return table(
    ["data", "rows a day", "test", "both nulls", "sampling null alone"],
    unique(both.map(({ data, m, method }) => `${data}|${m}|${method}`)).map((key) => {
      const [data, m, method] = key.split("|");
      const own = rows.filter((row) => row.data === data && row.m === Number(m));
      return [
        ...[data, count(Number(m)), method, ratios(own.filter((row) => row.method === method))],
        ratios(own.filter((row) => row.method === `${method}, sampling null alone`)).replaceAll(" **✗**", ""),
      ];
    }),
  );
}

export function verdictTable(rows: Row[]): string {
  return table(
    ["data", "features", "n", "m", "drift (0.33 %)", "warning or drift (3.3 %)"],
    unique(rows.map(({ data, features, n, m }) => `${data}|${features}|${n}|${m}`)).map((key) => {
      const [data, features, n, m] = key.split("|");
      const own = rows.filter((row) => `${row.data}|${row.features}|${row.n}|${row.m}` === key);
      const cell = (method: string, level: string): string => {
        const verdict = own.find((row) => row.method === method);
        const family = own.find((row) => row.method === `family at the ${level} level, before gates`);
        return `${percent(verdict?.rate ?? 0)}${verdict?.passes === false ? " **✗**" : ""} (${percent(family?.rate ?? 0)})`;
      };
      return [
        data,
        features,
        count(Number(n)),
        count(Number(m)),
        cell("drift", "drift"),
        cell("warning or drift", "warning"),
      ];
    }),
  );
}

export function peerTable(rows: Row[]): string {
  const ms = unique(rows.map(({ m }) => m)).sort((a, b) => a - b);
  const groups = unique(
    rows.map(
      ({ data, n, peer, method }) => `${data}|${data.includes("day") ? 0 : n}|${peer ?? "here"}|${method}`,
    ),
  );
  return table(
    ["data", "n", "rule", ...ms.map((m) => `m = ${count(m)}`)],
    groups.map((key) => {
      const [data, n, peer, method] = key.split("|");
      const own = rows.filter(
        (row) =>
          row.data.startsWith(data) &&
          row.method === method &&
          (row.peer ?? "here") === peer &&
          (n === "0" || row.n === Number(n)),
      );
      const cells = ms.map((m) => own.find((row) => row.m === m));
      return [
        data,
        n === "0" ? "28 m" : count(Number(n)),
        `${peer}: ${method}`,
        ...cells.map((row) => (row ? percent(row.rate) : "–")),
      ];
    }),
  );
}

export function powerTable(rows: Row[]): string {
  return table(
    ["data", "n", "m", "change", "here", "best other rule", "difference"],
    rows
      .filter(({ peer }) => peer === undefined)
      .map((row) => {
        const best = bestPeer(rows, row);
        const difference = row.rate - (best?.rate ?? 0);
        return [
          ...[row.data, count(row.n), count(row.m), row.change ?? "", row.rate.toFixed(2)],
          best ? `${best.rate.toFixed(2)} ${best.peer} ${best.method}` : "–",
          `${difference >= 0 ? "+" : "−"}${Math.abs(difference).toFixed(2)}${row.passes === false ? " **✗**" : ""}`,
        ];
      }),
  );
}

export function flightTable(rows: Row[]): string {
  const periods = unique(rows.map(({ data }) => data));
  return table(
    ["rule", ...periods],
    unique(rows.map(({ peer, method }) => `${peer ?? "here"}: ${method}`)).map((rule) => [
      rule,
      ...periods.map((data) => {
        const row = rows.find((one) => one.data === data && `${one.peer ?? "here"}: ${one.method}` === rule);
        return row ? `${Math.round(row.rate * row.draws)} of ${row.draws}` : "–";
      }),
    ]),
  );
}

export function failingTable(rows: readonly Row[]): string {
  const failing = rows.filter(isFailing);
  if (failing.length === 0) return "None.";
  return table(
    ["kind", "method", "data", "n", "m", "nominal", "measured", "99.9 % interval", "allowed"],
    failing.map(({ kind, method, data, n, m, alpha, rate, low, high }) => [
      ...[kind, method, data, count(n), count(m), String(short(alpha ?? 0)), percent(rate)],
      `${percent(low)} – ${percent(high)}`,
      bandOf(alpha ?? 1)
        .map((times) => `${times}×`)
        .join(" – "),
    ]),
  );
}

/** Design effects up to this come about by chance in rows of 300 references (four standard errors, √(2/300) each). */
const chanceDesignEffect = 1 + 4 * Math.sqrt(2 / 300);

/** Where references differ for certain, and 5 in 100 reject more than twice as often as the level says. */
export function unluckyRows(rows: Row[]): string {
  const judged = rows
    .filter(({ method, alpha }) => deciding.includes(method) && alpha === 0.05)
    .filter(({ kind, n, m }) => m > n / 10 === (kind === "careful test"));
  const over = judged.filter(
    ({ p95, designEffect }) => p95 > 0.1 && (designEffect ?? 1) > chanceDesignEffect,
  );
  if (over.length === 0) return `It does at 0.05 in all ${count(judged.length)} rows.`;
  const largest = over.reduce((worst, row) => (row.p95 > worst.p95 ? row : worst));
  return `**It does not in ${count(over.length)} of ${count(judged.length)} rows at 0.05**; the largest 95th percentile is ${short(largest.p95 / 0.05)} times the level (${largest.data}, n = ${count(largest.n)}, m = ${count(largest.m)}).`;
}

/** For 95 of 100 references the rate is to stay within twice the level. */
export function percentileTable(rows: Row[]): string {
  const chosen = rows.filter(({ method, alpha }) => deciding.includes(method) && alpha === 0.05);
  const ms = unique(chosen.map(({ m }) => m)).sort((a, b) => a - b);
  return table(
    ["data", "n", ...ms.map((m) => `m = ${count(m)}`)],
    unique(chosen.map(({ data, n }) => `${data}|${n}`)).map((key) => {
      const [data, n] = key.split("|");
      const own = chosen.filter((row) => row.data === data && row.n === Number(n));
      const of = (kind: Row["kind"], m: number): Row | undefined =>
        own.find((row) => row.kind === kind && row.m === m);
      // Where there is a careful one, that is what counts.
      const cells = ms.map((m) => of("careful test", m) ?? of("test", m));
      return [
        ...[data, count(Number(n))],
        ...cells.map((row) =>
          row ? [row.rate, row.p95, row.p99].map((rate) => short(rate / 0.05)).join(" / ") : "–",
        ),
      ];
    }),
  );
}

/** How ours compares over all rows of power. */
export function averageDifference(rows: Row[]): string {
  const ours = rows.filter(({ peer }) => peer === undefined);
  const differences = ours.map((row) => row.rate - (bestPeer(rows, row)?.rate ?? row.rate));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / (differences.length || 1);
  return `${mean >= 0 ? "+" : "−"}${Math.abs(mean).toFixed(3)}`;
}
