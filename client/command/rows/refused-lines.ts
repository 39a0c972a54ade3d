/** Refused rows, for people. */
import { formatCount } from "#core/report/format.ts";
import type { Surroundings } from "../surroundings.ts";
import { printable, wrapped } from "../terminal-text.ts";
import { placeOf, type RefusedRow } from "./refused-rows.ts";

const listed = 10;

/** The first refused rows with their places, and how many more there are. */
export function refusedLines(
  what: string,
  count: number,
  rows: readonly RefusedRow[],
  { paint, width }: Pick<Surroundings, "paint" | "width">,
): string[] {
  if (count === 0) return [];
  const shown = rows.slice(0, listed);
  const places = shown.map((row) => placeOf(row));
  const room = Math.max(0, ...places.map(({ length }) => length));
  return [
    "",
    paint(`${formatCount(count)} ${what} were refused`, "bold"),
    ...shown.flatMap(({ field, code, message }, i) =>
      wrapped(
        `${field === null ? "" : `"${printable(field)}" `}${code}: ${printable(message)}`,
        width - room - 4,
      ).map((line, part) => `  ${(part === 0 ? places[i] : "").padEnd(room)}  ${line}`),
    ),
    ...(count > shown.length
      ? [`  and ${formatCount(count - shown.length)} more (--json lists up to 1,000)`]
      : []),
  ];
}
