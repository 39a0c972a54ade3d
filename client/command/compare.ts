/** `mdt compare REFERENCE CURRENT`: reads two files, compares them, and says it on a terminal, as JSON or as HTML. */
import { comparisonJson } from "#core/compare/compare.ts";
import { compareFiles } from "#core/compare/compare-files.ts";
import type { Comparison } from "#core/domain/comparison.ts";
import { Method } from "#core/domain/policy.ts";
import { tableFormats } from "#core/formats/tables/open-table.ts";
import type { TableFormat } from "#core/formats/tables/table.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { formatCount } from "#core/report/format.ts";
import { renderReport } from "#core/report/report.ts";
import { helpText, oneOf, pairs, parsed, type Parsed } from "./arguments.ts";
import { CommandError } from "./command-error.ts";
import { compareHelp, compareKinds } from "./compare-help.ts";
import { openFile, typesIn } from "./files.ts";
import { writeWhole } from "./output.ts";
import { createProgress } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { renderComparison } from "./terminal-table.ts";
import { printable } from "./terminal-text.ts";
import { listOf } from "./typed-options.ts";

export async function compareCommand(
  args: string[],
  kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const given = parsed(args, compareKinds, 2);
  if (given.flag("help")) {
    surroundings.out(helpText(compareHelp));
    return 0;
  }
  const asked = request(given);
  const only = given.positionals.length === 1;
  const progress = createProgress(process.stderr, () => performance.now(), !given.flag("quiet"));
  try {
    const comparison = await compared(asked, kernel, surroundings, (stage, share) =>
      progress.show(printable(stage), share),
    );
    progress.clear();
    const profile = comparison.evidence.reference;
    if (asked.profile !== null) {
      writeWhole(asked.profile, `${JSON.stringify(profile)}\n`);
      if (only) {
        if (!given.flag("quiet")) surroundings.out(profileWritten(asked.profile, profile));
        return 0;
      }
    }
    if (asked.html !== null) writeWhole(asked.html, renderReport(comparison));
    if (asked.json === "") surroundings.out(comparisonJson(comparison));
    else {
      if (asked.json !== null) writeWhole(asked.json, comparisonJson(comparison));
      if (!given.flag("quiet"))
        surroundings.out(renderComparison(comparison, { ...surroundings, all: given.flag("all") }));
    }
    return exitCode(comparison, asked.failOn);
  } finally {
    progress.clear();
  }
}

interface Request {
  reference: string;
  current: string;
  json: string | null;
  html: string | null;
  profile: string | null;
  failOn: FailOn;
  options: Partial<Comparison["options"]>;
  read: {
    types: Record<string, string>;
    ignore: string[];
    only: string[];
    schema: string | null;
    time: string | null;
    delimiter: string | null;
    format: TableFormat | null;
  };
}

function request(given: Parsed): Request {
  const [reference, second, ...more] = given.positionals;
  // A profile needs one file only; it is held against itself.
  const current = second ?? (given.one("profile") === null ? undefined : reference);
  if (reference === undefined || current === undefined)
    throw new CommandError("Name two files: mdt compare REFERENCE CURRENT (mdt compare --help says more).");
  if (more.length > 0) throw new CommandError(`Two files are compared, and "${more[0]}" is one too many.`);
  const level = given.one("level");
  if (level !== null && !(Number(level) > 0 && Number(level) <= 0.5))
    throw new CommandError(`--level is a probability above 0 and at most 0.5, not "${level}".`);
  const methods = Object.entries(pairs("--method", given.all("method"))).map(
    ([name, text]): [string, Method] => {
      const method = Method.safeParse(text);
      if (!method.success)
        throw new CommandError(`--method ${name}=${text}: there are ${Method.options.join(", ")}.`);
      return [name, method.data];
    },
  );
  return {
    ...{
      reference,
      current,
      json: given.maybe("json"),
      html: given.one("html"),
      profile: given.one("profile"),
    },
    failOn: oneOf("--fail-on", given.one("fail-on"), failOnWords),
    options: {
      ...(level === null ? {} : { level: Number(level) }),
      correction:
        oneOf("--correction", given.one("correction"), ["bh", "by", "bonferroni", "none"] as const) ??
        undefined,
      segment: given.one("segment"),
      by: oneOf("--by", given.one("by"), ["day", "week"] as const),
      target: given.one("target"),
      prediction: given.one("prediction"),
      score: given.one("score"),
      positive: given.one("positive"),
      compat: oneOf("--compat", given.one("compat"), ["evidently", "nannyml"] as const),
      methods: Object.fromEntries(methods),
    },
    read: {
      types: pairs("--type", given.all("type")),
      ignore: listOf(given, "ignore"),
      only: listOf(given, "only"),
      schema: given.one("schema"),
      time: given.one("time"),
      delimiter: given.one("delimiter"),
      format: oneOf("--format", given.one("format"), tableFormats),
    },
  };
}

function compared(
  { reference, current, options, read: { schema, ...read } }: Request,
  kernel: Kernel,
  { sha256 }: Surroundings,
  progress: (stage: string, share?: number) => void,
): Promise<Comparison> {
  const types = { ...typesIn(schema), ...read.types };
  const files = { reference: openFile(reference), current: openFile(current) };
  return compareFiles(kernel, { ...files, options, read: { ...read, types } }, { sha256, progress });
}

function profileWritten(
  path: string,
  { rows, features, chunks }: Comparison["evidence"]["reference"],
): string {
  const days = chunks === null ? "no days to tell apart" : `${chunks.starts.length} days`;
  return `${path}: ${formatCount(rows)} rows as counts of ${features.length} features, ${days}\n`;
}

const loudness = { insufficient: 0, ok: 1, warning: 2, drift: 3, error: 4 };

export const failOnWords = ["drift", "warning", "insufficient"] as const;
export type FailOn = (typeof failOnWords)[number] | null;

/** Features that could not be evaluated fail every condition: an error is never `ok`. */
export function exitCode(
  { verdict, segments, series }: Pick<Comparison, "verdict" | "segments" | "series">,
  failOn: FailOn,
): number {
  if (verdict.status === "error") return 2;
  if (failOn === null) return 0;
  const all = [
    verdict,
    ...(segments?.values ?? []).map((segment) => segment.verdict),
    ...(series?.periods ?? []).map((period) => period.verdict),
  ];
  const loud = all.some(
    ({ status, errors }) =>
      errors > 0 || loudness[status] >= loudness[failOn === "drift" ? "drift" : "warning"],
  );
  return loud || (failOn === "insufficient" && verdict.status === "insufficient") ? 1 : 0;
}
