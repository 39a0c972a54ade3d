/** `mdt verify FILE|URL`: computes a report's or a check's verdicts again and shows both numbers, step by step. */
import { readFileSync } from "node:fs";
import {
  type CheckEvidence,
  verifyCheck,
  verifyComparison,
  type Verification,
  verifySteps,
  type VerifyStep,
} from "#core/compare/verify.ts";
import { type PerformanceEvidence, verifyPerformanceCheck } from "#core/compare/verify-performance.ts";
import type { CheckDetail, ModelDetail, PerformanceCheckDetail } from "#core/domain/api.ts";
import { Comparison } from "#core/domain/comparison.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { Policy } from "#core/domain/policy.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { familyLevel } from "#core/domain/monitor.ts";
import { validateReference } from "#core/reference/validate.ts";
import { comparisonInReport } from "#core/report/report.ts";
import { createClient } from "../http.ts";
import { type CommandHelp, helpText, parsed } from "./arguments.ts";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./surroundings.ts";
import { reasonOf, writeWhole } from "./output.ts";
import { displayWidth, padded, printable } from "./terminal-text.ts";

export const verifyHelp: CommandHelp = {
  usage: "mdt verify FILE|URL [options]",
  about:
    "Computes every verdict of a report again from the counts stored in it, and shows both numbers step by step:\n" +
    "counts, statistic, nulls, family, effect, decision. The same bits come out on every machine, or somebody\n" +
    "changed a number. FILE is a report that `mdt compare` wrote (--json or --html), or a check kept with --save.\n" +
    "URL is a check of a running platform: https://host/v1/models/MODEL/checks/CHECK.",
  options: [
    { usage: "--all", says: "every number of every feature, not only of the loudest" },
    { usage: "--json", says: "every step as JSON on standard output" },
    { usage: "--key KEY", says: "machine key for a URL; left out, the environment variable MDT_KEY" },
    { usage: "--save FILE", says: "keep the check of a URL with all that it was made of, to verify later" },
    { usage: "--help", says: "this text" },
  ],
  examples: [
    { run: "mdt verify report.html", says: "is this report what its counts say?" },
    { run: "mdt verify drift.json --all", says: "both values of every number" },
  ],
  exits: [
    "0  every number is the same, bit for bit",
    "1  a number differs",
    "2  could not be verified, and why",
  ],
};

interface Verified extends Verification {
  /** The loudest feature of the first part. */
  worst: string | null;
  remarks: string[];
}

export async function verify(args: string[], kernel: Kernel, surroundings: Surroundings): Promise<number> {
  const { out, paint, sha256 } = surroundings;
  const kinds = { all: "flag", json: "flag", key: "one", save: "one", help: "flag" } as const;
  const given = parsed(args, kinds, 1);
  if (given.flag("help")) {
    out(helpText(verifyHelp));
    return 0;
  }
  const [target, ...more] = given.positionals;
  if (target === undefined || more.length > 0)
    throw new CommandError("Name one file or address to verify: mdt verify report.json");
  const fetched = /^https?:\/\//.test(target)
    ? await fetchCheck(target, given.one("key") ?? surroundings.env.MDT_KEY ?? null)
    : null;
  const save = given.one("save");
  if (save !== null) {
    if (fetched === null) throw new CommandError("--save is for a check that comes from a URL.");
    writeWhole(save, `${JSON.stringify(fetched)}\n`);
  }
  const found = fetched
    ? await verifySaved(fetched, kernel, sha256)
    : await verifyText(readText(target), target, kernel, sha256);
  if (given.flag("json")) out(`${JSON.stringify({ same: found.same, steps: found.steps })}\n`);
  else out(shown(found, { all: given.flag("all"), paint }));
  return found.same ? 0 : 1;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandError(`${path} cannot be read: ${reasonOf(cause)}.`);
  }
}

/** A check with all that it was made of, as `--save` writes it. */
const savedCheck = "mdt-check/2";
type SavedCheck = (CheckEvidence | PerformanceEvidence) & {
  schema: typeof savedCheck;
  configVersion: number;
};

const isSavedCheck = (value: unknown): value is SavedCheck =>
  typeof value === "object" && value !== null && "schema" in value && value.schema === savedCheck;

async function verifySaved(
  { configVersion, ...saved }: SavedCheck,
  kernel: Kernel,
  sha256: Surroundings["sha256"],
): Promise<Verified> {
  const { check } = saved;
  const given = { reference: validateReference(saved.reference), policy: Policy.parse(saved.policy) };
  const found = await ("counts" in saved
    ? verifyCheck(kernel, { ...saved, ...given }, sha256)
    : verifyPerformanceCheck(kernel, { ...saved, ...given }, sha256));
  const changed =
    check.configVersion === configVersion
      ? []
      : [
          `The check was made with version ${check.configVersion} of the settings; the platform had ${configVersion} when it was asked. What differs may come from that.`,
        ];
  return { ...found, worst: check.worst, remarks: changed };
}

async function verifyText(
  text: string,
  name: string,
  kernel: Kernel,
  sha256: Surroundings["sha256"],
): Promise<Verified> {
  const json = text.trimStart().startsWith("<") ? comparisonInReport(text) : text;
  let value: unknown;
  try {
    value = JSON.parse(json ?? "");
  } catch {
    throw new CommandError(`${name} is no report: mdt compare writes them with --json or --html.`);
  }
  const contradicts = (cause: unknown): never => {
    if (cause instanceof ProblemError) throw cause;
    // Counts of other cells than the profile's, say: no verdict can come of that.
    throw new CommandError(
      `${name} contradicts itself: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  };
  if (isSavedCheck(value)) return verifySaved(value, kernel, sha256).catch(contradicts);
  const read = Comparison.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new CommandError(
      `${name} is no report of this version: ${issue.path.join(".") || "the document"}: ${issue.message}.`,
    );
  }
  const { evidence, segments } = read.data;
  for (const part of [{ evidence }, ...(segments?.values ?? [])]) validateReference(part.evidence.reference);
  const found = await verifyComparison(kernel, read.data, sha256).catch(contradicts);
  return {
    ...found,
    worst: read.data.verdict.worst,
    remarks: [
      "Statistics on rows (KS, Wasserstein and others beside the verdict) need the files and are not part of this.",
    ],
  };
}

async function fetchCheck(address: string, key: string | null): Promise<SavedCheck> {
  const path = /^(https?:\/\/[^/]+)(?:\/v1)?\/models\/([^/?#]+)\/checks\/([^/?#]+)/.exec(address);
  if (path === null)
    throw new CommandError(`${address} is no check: they are at https://host/v1/models/MODEL/checks/CHECK.`);
  if (key === null) throw new CommandError("A platform wants a key: give it with --key or in MDT_KEY.");
  const [, endpoint, model, id] = path;
  const client = createClient({ endpoint, key, attempts: 3 });
  const [made, about] = await Promise.all([
    client.get<CheckDetail | PerformanceCheckDetail>(`/v1/models/${model}/checks/${id}`),
    client.get<ModelDetail>(`/v1/models/${model}`),
  ]);
  const { id: named, referenceId, reason } = made.check;
  if (referenceId === null) throw new CommandError(`${named} has no verdict: ${reason}`);
  const reference = await client.get<CheckEvidence["reference"]>(
    `/v1/models/${model}/references/${referenceId}`,
  );
  const { policy, configVersion } = about;
  const { features } = about.model;
  const level = familyLevel(about.model, policy, reference.performance !== null);
  return { schema: savedCheck, configVersion, ...made, reference, policy, features, level };
}

function shown(
  { same, steps, worst, remarks }: Verified,
  { all, paint }: { all: boolean; paint: Surroundings["paint"] },
): string {
  const different = steps.filter((step) => !step.same);
  const [first] = steps;
  const listed = all
    ? steps
    : different.length > 0
      ? different.slice(0, 50)
      : steps.filter(({ part, feature }) => part === first.part && (feature === null || feature === worst));
  const lines = verifySteps.flatMap((name) => {
    const own = steps.filter(({ step }) => step === name);
    if (own.length === 0) return [];
    const wrong = own.filter((step) => !step.same).length;
    const said =
      wrong === 0 ? `${own.length} numbers, all the same` : `${wrong} of ${own.length} numbers differ`;
    return [
      `${wrong === 0 ? paint("✓", "green") : paint("✗", "red", "bold")} ${paint(name.padEnd(10), "bold")} ${said}`,
      ...side(
        listed.filter(({ step }) => step === name),
        all || different.length > 0,
      ),
    ];
  });
  const answer = same
    ? paint("Every number is the same, bit for bit.", "green")
    : paint(`${different.length} numbers differ: what is stored is not what its counts give.`, "red", "bold");
  const explained = listed.length > 0 ? ["stored on the left, computed again on the right", ""] : [];
  return `${[...explained, ...lines, "", ...remarks, answer].join("\n")}\n`;
}

/** Stored and computed again, side by side. */
function side(steps: readonly VerifyStep[], withPlace: boolean): string[] {
  const rows = steps.map(({ part, feature, what, stored, recomputed, same }) => [
    printable([...(withPlace ? [part] : []), ...(feature === null ? [] : [feature]), what].join(" · ")),
    printable(String(stored ?? "–")),
    `${same ? "=" : "≠"} ${printable(String(recomputed ?? "–"))}`,
  ]);
  const widths = [0, 1].map((i) => Math.min(60, Math.max(0, ...rows.map((row) => displayWidth(row[i])))));
  return rows.map(
    ([what, stored, again]) => `    ${padded(what, widths[0])}  ${padded(stored, widths[1])}  ${again}`,
  );
}
