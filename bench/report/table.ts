/** The results as lines for a terminal. */
import type { Verdict } from "../bars.ts";
import type { Result } from "../run-row.ts";

export const digits = (value: number | null): string => {
  if (value === null || Number.isNaN(value)) return "–";
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 3;
  return value.toFixed(places);
};

/** A bar in words: `0.72 × C (at most 1.3)`. */
export function barText({ rival, atMost, atLeast, atMostMs, value, inPlace }: Verdict): string {
  const wanted = `at ${atMost === undefined && atMostMs === undefined ? "least" : "most"} ${atMost ?? atMostMs ?? atLeast}`;
  const also = inPlace ? `, in place ${digits(inPlace.value)}` : "";
  if (atMostMs !== undefined) return `${digits(value)} ms (${wanted} ms)`;
  if (atMost !== undefined) return `${digits(value)} × ${rival} (${wanted}${also})`;
  return `${digits(value)} × as fast as ${rival} (${wanted}${also})`;
}

export function outcome({ met, inPlace }: Verdict): string {
  if (met === null) return "not measured";
  if (met) return "met";
  return inPlace?.met ? "met in place" : "not met";
}

export function printed(result: Result): string {
  const { name, engine, title, unit, nsPerValue, inPlace, ratioToTwin, ratioToC, spread, peers, bars } =
    result;
  const figures = [
    `${digits(nsPerValue)} ns/${unit}`,
    inPlace ? `in place ${digits(inPlace.nsPerValue)}` : "",
    `× C ${digits(ratioToC)}${inPlace ? ` (in place ${digits(inPlace.ratioToC)})` : ""}`,
    `× twin ${digits(ratioToTwin)}`,
    `p10–p90 ${digits(spread.p10)}–${digits(spread.p90)}`,
  ];
  return [
    `${name}${engine === "node" ? "" : `, ${engine}`}: ${title}`,
    `    ${figures.filter(Boolean).join("   ")}`,
    ...peers.map(
      (peer) =>
        `    ${digits(peer.nsPerValue).padStart(8)} ns  ${digits(1 / peer.ratio).padStart(7)} × ours  ${peer.name} (${peer.version})`,
    ),
    ...bars.map((bar) => `    ${outcome(bar).padEnd(13)} ${barText(bar)}`),
  ].join("\n");
}
