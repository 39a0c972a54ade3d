/** docs/performance.md from the results: tables here, sentences from notes.ts, how to run it again in reproduce.ts. */
import { notes } from "../notes.ts";
import type { HotLoop } from "../generated-code.ts";
import type { Result } from "../run-row.ts";
import type { Machine } from "./machine.ts";
import { aboutLoops, howToRead, howToReproduce } from "./reproduce.ts";
import { barText, digits, outcome } from "./table.ts";

const table = (head: string[], lines: string[][]): string =>
  [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...lines]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");

const per = ({ unit }: Result): string => `ns/${unit}`;
const baseName = ({ name }: Result): string => name.split("@")[0];

export function markdown(results: readonly Result[], machine: Machine, loops: readonly HotLoop[]): string {
  const inNode = results.filter(({ engine }) => engine === "node");
  const sections = [...new Set(inNode.map(baseName))].map((name) =>
    section(
      name,
      results.filter((result) => baseName(result) === name),
    ),
  );
  return `${[
    "# Performance",
    "",
    "Written by `npm run bench`: do not edit. What is here was measured in one run, interleaved round by round.",
    "",
    ...Object.values(machine).map((line) => `- ${line}`),
    "",
    howToRead,
    "",
    "## All rows",
    "",
    overview(inNode),
    "",
    "## Bars",
    "",
    barTable(inNode),
    "",
    ...(results.length > inNode.length ? ["## In workerd and Chromium", "", engineTable(results), ""] : []),
    ...(loops.length > 0 ? ["## Generated code", "", aboutLoops, "", loopTable(loops, inNode), ""] : []),
    ...sections,
    howToReproduce,
  ].join("\n")}\n`;
}

function overview(results: readonly Result[]): string {
  return table(
    ["row", "time", "in place", "× C", "in place", "× twin", "p10–p90"],
    results.map((result) => [
      `[${result.name}](#${baseName(result)})`,
      `${digits(result.nsPerValue)} ${per(result)}`,
      result.inPlace ? digits(result.inPlace.nsPerValue) : "",
      digits(result.ratioToC),
      result.inPlace ? digits(result.inPlace.ratioToC) : "",
      digits(result.ratioToTwin),
      `${digits(result.spread.p10)}–${digits(result.spread.p90)}`,
    ]),
  );
}

function barTable(results: readonly Result[]): string {
  const lines = results.flatMap((result) =>
    result.bars.map((bar) => [result.name, barText(bar), bar.met ? "met" : `**${outcome(bar)}**`]),
  );
  return table(["row", "bar", ""], lines);
}

function loopTable(loops: readonly HotLoop[], results: readonly Result[]): string {
  const lines = loops.map(({ row, what, instructions, units }) => {
    const result = results.find(({ name }) => name === row);
    return [row, what, digits(instructions), String(units), result ? per(result).replace("ns/", "") : ""];
  });
  return table(["row", "loop", "instructions a unit", "units a turn", "unit"], lines);
}

function engineTable(results: readonly Result[]): string {
  const names = [...new Set(results.filter(({ engine }) => engine !== "node").map(({ name }) => name))];
  const engines = ["node", "workerd", "chromium"];
  const cell = (name: string, engine: string): string => {
    const found = results.find((result) => result.name === name && result.engine === engine);
    return found
      ? `${digits(found.nsPerValue)} ${per(found)}, ${digits(found.ratioToC)} × C, ${digits(found.ratioToTwin)} × twin`
      : "";
  };
  return table(
    ["row", "Node", "workerd", "Chromium"],
    names.map((name) => [name, ...engines.map((engine) => cell(name, engine))]),
  );
}

function section(name: string, results: readonly Result[]): string {
  const note = notes[name];
  const own = results.filter(({ engine }) => engine === "node");
  const isMissed = own.some(({ bars }) => bars.some(({ met }) => met === false));
  const sentences = [note?.does, note?.rivals, isMissed ? note?.missed : undefined].filter(Boolean);
  return [
    `## ${name}`,
    "",
    `${own[0].title[0].toUpperCase()}${own[0].title.slice(1)}. ${sentences.join(" ")}`,
    "",
    ...own.flatMap((result) => [peerTable(result), ""]),
  ].join("\n");
}

function peerTable(result: Result): string {
  const { name, size, unit, nsPerValue, inPlace, peers, ratioToTwin } = result;
  const line = (who: string, ns: number, version = ""): string[] => [
    who,
    digits(ns),
    digits(ns / nsPerValue),
    version,
  ];
  return table(
    [
      `${name}, ${size.toLocaleString("en")} ${size === 1 ? unit : `${unit}s`}`,
      per(result),
      "× ours",
      "version",
    ],
    [
      line("**kernel**", nsPerValue),
      ...(inPlace ? [line("kernel, inputs in its memory", inPlace.nsPerValue)] : []),
      ...(ratioToTwin === null ? [] : [line("twin, plain TypeScript", nsPerValue / ratioToTwin)]),
      ...peers.map((peer) => line(peer.name, peer.nsPerValue, peer.version)),
    ],
  );
}
