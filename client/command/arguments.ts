/** What was typed: the options of a command, checked, in the shape that the command wants; and the help that lists them. */
import { parseArgs } from "node:util";
import { CommandError } from "./command-error.ts";

export interface OptionHelp {
  /** With its argument: `--level P`. */
  usage: string;
  says: string;
}

export interface CommandHelp {
  usage: string;
  about: string;
  options: OptionHelp[];
  examples: { run: string; says: string }[];
  exits?: string[];
}

export interface Parsed {
  positionals: string[];
  flag(name: string): boolean;
  one(name: string): string | null;
  all(name: string): string[];
  /** Of an option whose argument may be left out: null without the option, "" without an argument. */
  maybe(name: string): string | null;
}

export type Kind = "flag" | "one" | "all" | "maybe";

/**
 * @param wanted positional arguments: what follows an option of kind `maybe` is its argument only if there is one too many
 */
export function parsed(args: string[], kinds: Record<string, Kind>, wanted: number): Parsed {
  const positionals: { index: number; value: string }[] = [];
  const given = new Map<string, { index: number; value: string | undefined }[]>();
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      {
        type: kind === "flag" || kind === "maybe" ? ("boolean" as const) : ("string" as const),
        multiple: true,
      },
    ]),
  );
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push({ index: token.index, value: token.value });
    if (token.kind !== "option") continue;
    const kind = kinds[token.name];
    if (kind === undefined) throw new CommandError(unknown(token.rawName, Object.keys(kinds)));
    if (kind === "flag" && token.value !== undefined)
      throw new CommandError(`${token.rawName} takes no value: leave out "=${token.value}".`);
    const takes = kind === "one" || kind === "all";
    if (takes && (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))))
      throw new CommandError(`${token.rawName} needs a value; --help shows which.`);
    const list = given.get(token.name) ?? [];
    list.push({ index: token.index, value: token.value });
    given.set(token.name, list);
    if (kind !== "all" && list.length > 1) throw new CommandError(`${token.rawName} stands twice.`);
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const [option] = given.get(name) ?? [];
    if (
      kind !== "maybe" ||
      option === undefined ||
      option.value !== undefined ||
      positionals.length <= wanted
    )
      continue;
    const next = positionals.findIndex(({ index }) => index === option.index + 1);
    if (next >= 0) [{ value: option.value }] = positionals.splice(next, 1);
  }
  return {
    positionals: positionals.map(({ value }) => value),
    flag: (name) => given.has(name),
    one: (name) => given.get(name)?.[0].value ?? null,
    all: (name) => (given.get(name) ?? []).map(({ value }) => value ?? ""),
    maybe: (name) => (given.has(name) ? (given.get(name)?.[0].value ?? "") : null),
  };
}

function unknown(name: string, known: string[]): string {
  const bare = name.replace(/^-+/, "");
  const near = known.find((one) => one.startsWith(bare) || bare.startsWith(one) || differByOne(one, bare));
  return `There is no option ${name}${near ? `; did you mean --${near}?` : "; --help lists them all."}`;
}

/** One letter changed, added, left out, or two swapped. */
function differByOne(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}

/** `name=value` pairs. */
export function pairs(option: string, given: string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.lastIndexOf("=");
      if (at <= 0 || at === text.length - 1)
        throw new CommandError(`${option} wants COLUMN=VALUE, not "${text}".`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

export function oneOf<const T extends string>(
  option: string,
  given: string | null,
  allowed: readonly T[],
): T | null {
  if (given === null) return null;
  const found = allowed.find((value) => value === given);
  if (found === undefined)
    throw new CommandError(`${option} is ${allowed.join(", ")}; "${given}" is none of them.`);
  return found;
}

export function helpText({ usage, about, options, examples, exits = [] }: CommandHelp): string {
  const width = Math.max(...options.map(({ usage: one }) => one.length));
  const lines = [
    `Usage: ${usage}`,
    "",
    about,
    "",
    "Options",
    ...options.map(({ usage: one, says }) => `  ${one.padEnd(width)}  ${says}`),
    ...(examples.length > 0 ? ["", "Examples"] : []),
    ...examples.flatMap(({ run, says }) => [`  ${run}`, `      ${says}`]),
    ...(exits.length > 0 ? ["", "Exit codes", ...exits.map((line) => `  ${line}`)] : []),
  ];
  return `${lines.join("\n")}\n`;
}
