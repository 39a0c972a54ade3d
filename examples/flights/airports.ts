/**
 * Time zones of the airports. Departures are local times, so "had landed by then" at an airport that is reached from
 * three zones needs one clock for all: without it a flight from Los Angeles would count as landed in New York three
 * hours before it does, and the features would know the future.
 */
import { readFileSync } from "node:fs";
import { dataFile } from "./source.ts";
import { minuteOf } from "./calendar.ts";

/** Hours from UTC in winter, by state; where a state has two zones, the one of most of its airports. */
const hoursByState: Record<string, number> = Object.fromEntries(
  (
    [
      [-4, "PR VI"],
      [-5, "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV"],
      [-6, "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"],
      [-7, "AZ CO ID MT NM UT WY"],
      [-8, "CA NV OR WA"],
      [-9, "AK"],
      [-10, "HI"],
    ] as const
  ).flatMap(([hours, states]) => states.split(" ").map((state) => [state, hours])),
);

/** Airports in the other zone of their state, or without a state in the list. */
const hoursByAirport: Record<string, number> = {
  ELP: -7,
  EVV: -6,
  MQT: -5,
  PNS: -6,
  RAP: -7,
  TRI: -5,
  TYS: -5,
  CHA: -5,
  VPS: -6,
};

const withoutSummerTime = new Set(["AZ", "HI", "PR", "VI", "IN"]);
const summerFrom = minuteOf("2001-04-01") + 120;

/**
 * Minutes to add to a local time to get UTC, for each airport code, in winter and in summer.
 * @throws when an airport is not in the list: guessing its clock could let the future in.
 */
export function clocksOf(codes: readonly string[]): { winter: Int16Array; summer: Int16Array } {
  const states = readStates();
  const winter = new Int16Array(codes.length);
  const summer = new Int16Array(codes.length);
  for (const [index, code] of codes.entries()) {
    const state = states.get(code);
    const hours = hoursByAirport[code] ?? (state === undefined ? undefined : hoursByState[state]);
    if (hours === undefined) throw new Error(`the time zone of airport ${code} is not known`);
    winter[index] = -60 * hours;
    summer[index] = winter[index] - (state !== undefined && withoutSummerTime.has(state) ? 0 : 60);
  }
  // Evansville keeps Chicago's clock, with summer time, unlike the rest of Indiana in 2001.
  const evansville = codes.indexOf("EVV");
  if (evansville >= 0) summer[evansville] = winter[evansville] - 60;
  return { winter, summer };
}

export function toUtcMinute(minute: number, airport: number, clocks: ReturnType<typeof clocksOf>): number {
  return minute + (minute < summerFrom ? clocks.winter : clocks.summer)[airport];
}

/** iata → state. Names may hold commas in quotes, so the columns are counted from the end. */
function readStates(): Map<string, string> {
  const lines = readFileSync(dataFile("airports.csv"), "utf8").trimEnd().split(/\r?\n/).slice(1);
  return new Map(
    lines.map((line) => {
      const fields = line.split(",");
      return [fields[0], fields.at(-4) ?? ""];
    }),
  );
}
