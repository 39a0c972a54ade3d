/** Seeded bodies of predictions, most of the shape that the kernel parses, many broken: food for the quick way and the slow. */
import { Feature } from "#core/domain/model.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { findRows, parsePredictionText } from "#core/formats/json-fast.ts";
import { type ParsedPredictions, parsePredictionRows } from "#core/formats/json-rows.ts";
import { seeded } from "./data.ts";

export const documentFeatures = [
  Feature.parse({ name: "x", type: "numeric" }),
  Feature.parse({ name: "a longer name", type: "numeric" }),
  Feature.parse({ name: "größe", type: "categorical" }),
  Feature.parse({ name: "plan", type: "categorical" }),
  Feature.parse({ name: "member", type: "boolean" }),
];
export const documentRules = { nowMs: Date.UTC(2026, 0, 2), oldestMs: Date.UTC(2020, 0, 1) };

/** Doubles that readers of numbers have stumbled over. */
export const hardNumbers = [
  ..."0 -0 0.0 -0e5 1e999 -1e999 1e-999 0e99999999999 1e400 1e-400 5e-324 3e-324 2.5e-324 1e23 8.5e22 9.5e-5".split(
    " ",
  ),
  ..."2.4703282292062327e-324 2.4703282292062328e-324 2.2250738585072011e-308 2.2250738585072014e-308".split(
    " ",
  ),
  ..."2.225073858507201e-308 1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308".split(" "),
  ..."9007199254740991 9007199254740992 9007199254740993 9007199254740994.5 9007199254740992.999999999".split(
    " ",
  ),
  ..."18446744073709551615 18446744073709551616 9223372036854775807 12345678901234567890123 1E22 1e+22".split(
    " ",
  ),
  ..."6.9294956446009195e15 3.7455744005952583e15 7.4109846876186981626485318930233205854758970392148714663837852375101326090531312779794975454245398856969484704316857659638998506553390969459816219401617281718945106978546710679176872575177347315553307795408549809608457500958111373034747658096871009590975442271004757307809711118935784838675653998783503015228055934046593739791790738723868299395818481660169122019456499931289798411362062484498678713572180352209017023903285791732520220528974020802906854021606612375549983402671300035812486479041385743401875520901590172592547146296175134159774938718574737870961645638908718119841271673056017045493004705269590165763776884908267986972573366521765567941072508764337560846003984904972149117463085539556354188641513168478436313080237596295773983001708984375e-324".split(
    " ",
  ),
  ..."0.000000000000000000000000001234567890123456789 3.141592653589793238462643383279 0.1 0.30000000000000004".split(
    " ",
  ),
  ..."1.00000000000000011102230246251565404236316680908203125 1.000000000000000111022302462515655".split(" "),
];
const notNumbers = [
  "NaN",
  "01",
  "-01",
  "+1",
  ".5",
  "1.",
  "-",
  "1e",
  "1e+",
  "0x1",
  "1.e5",
  "Infinity",
  "- 1",
  "1 2",
  "--1",
  "00",
];
const texts = [
  '"a"',
  '"b"',
  '""',
  '"a\\u0062"',
  '"größe"',
  '"\\ud83d"',
  '"12"',
  '"\\x"',
  '"tab\\t"',
  '"}"',
  '"],"',
  '"\\""',
];
const times = [
  "1767225600000",
  '"2026-01-01T00:00:00Z"',
  '"2026-01-01T10:20:30.123Z"',
  '"2026-01-01"',
  '"never"',
  "null",
];

export type Draw = () => number;

function pick<T>(draw: Draw, of: readonly T[]): T {
  return of[Math.floor(draw() * of.length)];
}

/** A number as anyone may write it: shortest digits, any digits, halfway between two doubles, any double's bits. */
export function numberText(draw: Draw): string {
  const way = draw();
  if (way < 0.1) return pick(draw, hardNumbers);
  if (way < 0.3) return String(Math.round((draw() - 0.5) * 1e4) / 100);
  const bits = new BigUint64Array([
    (BigInt(Math.floor(draw() * 2 ** 32)) << 32n) | BigInt(Math.floor(draw() * 2 ** 32)),
  ]);
  const double = new Float64Array(bits.buffer)[0];
  if (way < 0.5) return Number.isFinite(double) ? String(double) : "null";
  if (way < 0.6) return (draw() * 2 - 1).toFixed(Math.floor(draw() * 25));
  if (way < 0.75) {
    const digits = Array.from({ length: 1 + Math.floor(draw() * 24) }, () => Math.floor(draw() * 10)).join(
      "",
    );
    const exponent = Math.floor((draw() - 0.5) * (draw() < 0.5 ? 60 : 700));
    return `${draw() < 0.5 ? "-" : ""}${1 + Math.floor(draw() * 9)}.${digits}${pick(draw, ["e", "E"])}${exponent}`;
  }
  if (way < 0.9) {
    // Halfway between two neighbours above 2^53, where all are whole; then a bit beside it.
    const shift = BigInt(1 + Math.floor(draw() * 12));
    const half = (((bits[0] >> 12n) | (1n << 52n)) << shift) + (1n << (shift - 1n));
    return `${half + BigInt(Math.floor(draw() * 3) - 1)}${draw() < 0.3 ? ".0" : ""}`;
  }
  const half = ((bits[0] >> 12n) | (1n << 52n)) * 2n + 1n;
  return `${half * 5n}e${pick(draw, ["-1", "0", "5", "-22", "22", "23", "-23", "3"])}`;
}

function valueText(draw: Draw, name: string): string {
  if (draw() < 0.002)
    return pick(draw, [...notNumbers, "[]", "{}", "[1,2]", '{"x":1}', "nul", "truex", "tru", "", " 1"]);
  if (draw() < 0.05) return "null";
  if (name === "timestamp") return draw() < 0.9 ? times[Math.floor(draw() * 3)] : pick(draw, times);
  if (name === "prediction_id") return draw() < 0.9 ? `"id-${Math.floor(draw() * 1e6)}"` : pick(draw, texts);
  if (name === "member")
    return pick(draw, ["true", "false", "true", "0", "1", "1.0", draw() < 0.05 ? "2" : "true"]);
  if (name === "plan" || name === "größe")
    return draw() < 0.9 ? pick(draw, texts.slice(0, 7)) : pick(draw, ["12", "12.0", "1.5", ...texts]);
  if (name === "other")
    return draw() < 0.5 ? pick(draw, texts.slice(0, 4)) : pick(draw, ["true", "false", "1e5", "null"]);
  return numberText(draw);
}

/** One body; about a third are broken in some byte, cut off, spaced or of uneven rows. */
export function documentText(draw: Draw): Uint8Array {
  const all = ["timestamp", "prediction_id", "x", "a longer name", "größe", "plan", "member", "other"];
  const names = all.filter((name) => draw() < (name === "timestamp" ? 0.99 : name === "other" ? 0.2 : 0.8));
  if (draw() < 0.02) names.push(pick(draw, ["__proto__", "x", "7", "constructor"]));
  const [comma, colon] = draw() < 0.4 ? [", ", ": "] : [",", ":"];
  const rows = Array.from({ length: Math.floor(draw() * 6) }, () => {
    const own = draw() < 0.01 ? names.slice(1) : names;
    return `{${own.map((name) => JSON.stringify(name) + colon + valueText(draw, name)).join(comma)}}`;
  });
  const id = draw() < 0.5 ? `"batch_id"${colon}"b-${Math.floor(draw() * 99)}"` : "";
  const parts = [`"rows"${colon}[${rows.join(comma)}]`, ...(id ? [id] : [])];
  if (draw() < 0.5) parts.reverse();
  const bytes = new TextEncoder().encode(`{${parts.join(comma)}}${draw() < 0.1 ? "\n" : ""}`);
  const way = draw();
  const at = Math.floor(draw() * bytes.length);
  if (way < 0.15)
    bytes[at] = pick(draw, [...new TextEncoder().encode('"{}[],: \\0159.-+eE\n'), 0, 0x80, 0xff, 0xc3]);
  else if (way < 0.2) return bytes.subarray(0, at);
  else if (way < 0.22) return Uint8Array.of(...bytes.subarray(0, at), 0x20, ...bytes.subarray(at));
  return bytes;
}

export const documentDraw = seeded;

/** What the quick way makes of a body, and what JSON.parse and the slow way do; null where either does not take it. */
export function bothWays(kernel: Kernel, body: Uint8Array): { quick: Outcome; slow: Outcome } {
  const frame = findRows(body);
  const parsed = frame && parsePredictionText(kernel, documentFeatures, frame.rows, documentRules);
  const quick = frame && parsed ? { batchId: (frame.head as Whole).batch_id, parsed } : null;
  let slow: Outcome = null;
  try {
    const whole = JSON.parse(new TextDecoder().decode(body)) as Whole;
    if (Array.isArray(whole.rows))
      slow = {
        batchId: whole.batch_id,
        parsed: parsePredictionRows(documentFeatures, { rows: whole.rows }, documentRules),
      };
  } catch {
    // No JSON: nothing may be taken.
  }
  return { quick, slow };
}

interface Whole {
  batch_id?: string;
  rows?: unknown[];
}
export type Outcome = { batchId: string | undefined; parsed: ParsedPredictions } | null;

/** Bit for bit: −0 is not 0. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  if (a === null || b === null) return a === b;
  const flat = ({ batchId, parsed: { columns, ...rest } }: NonNullable<Outcome>): string =>
    JSON.stringify(
      [batchId, rest, columns.rows, [...(columns.timesMs ?? [])], [...columns.columns]],
      (_, value: unknown) => {
        if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, String);
        return value;
      },
    );
  const bits = ({ parsed: { columns } }: NonNullable<Outcome>): number[] =>
    [...columns.columns.values()].flatMap((column) => (column.kind === "numeric" ? [...column.values] : []));
  const [left, right] = [bits(a), bits(b)];
  return flat(a) === flat(b) && left.every((value, index) => Object.is(value, right[index]));
}
