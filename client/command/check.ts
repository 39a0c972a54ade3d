/** `mdt check`: has the model drifted? The newest check, that of a window, or the open window as it stands. */
import { setTimeout as sleep } from "node:timers/promises";
import { comparisonOfCheck } from "#core/compare/check-comparison.ts";
import type { CheckDetail, DriftHistory, ModelDetail } from "#core/domain/api.ts";
import { DAY_MS, limits, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { Client } from "../http.ts";
import { type CommandHelp, helpText, type Kind, oneOf, parsed } from "./arguments.ts";
import { CommandError } from "./command-error.ts";
import { exitCode, failOnWords } from "./compare.ts";
import { clientOf, modelOf, pathOf, platformHelp, platformKinds } from "./platform.ts";
import type { Surroundings } from "./surroundings.ts";
import { renderComparison } from "./terminal-table.ts";
import { durationOf, isoOf, timeOf } from "./times.ts";

const kinds: Record<string, Kind> = {
  ...platformKinds,
  ...{ window: "one", monitor: "one", "fail-on": "one", wait: "maybe" },
  ...{ json: "flag", all: "flag", quiet: "flag", help: "flag" },
};

export const checkHelp: CommandHelp = {
  usage: "mdt check [options]",
  about:
    "Says whether a model has drifted: which features, how far, and how sure that is, as mdt compare says it of files.\n" +
    "The newest check of a window that has closed is shown, unless --window says otherwise.",
  options: [
    ...platformHelp,
    {
      usage: "--window WINDOW",
      says: "newest; now: the open window as it stands; or a time: the window that holds it",
    },
    {
      usage: "--monitor SERIES",
      says: "of this monitor or segment (by-plan:plan=pro); the model's own when left out",
    },
    { usage: "--wait [LENGTH]", says: "wait for the window to close, ten minutes or LENGTH at most" },
    { usage: "--fail-on WHAT", says: "exit with 1 on drift, warning (or drift), insufficient (or either)" },
    { usage: "--all", says: "list every feature, calm ones too" },
    { usage: "--json", says: "the check with its counts as the API gives it" },
    { usage: "--quiet", says: "say nothing: the exit code is the answer" },
    { usage: "--help", says: "this text" },
  ],
  examples: [
    {
      run: "mdt check --model churn --fail-on drift",
      says: "in a pipeline: exit with 1 when the model has drifted",
    },
    { run: "mdt check --model churn --window 2026-02-03 --wait", says: "of that day, as soon as it is over" },
  ],
  exits: [
    "0  there is a check (and the condition of --fail-on does not hold)",
    "1  the condition of --fail-on holds; a feature that could not be evaluated counts as if",
    "2  no check could be had, and why",
  ],
};

export async function checkCommand(
  args: string[],
  _kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const given = parsed(args, kinds, 0);
  if (given.flag("help")) {
    surroundings.out(helpText(checkHelp));
    return 0;
  }
  const [surplus] = given.positionals;
  if (surplus !== undefined)
    throw new CommandError(`"${surplus}" is one word too many: --model and --window say what is checked.`);
  const failOn = oneOf("--fail-on", given.one("fail-on"), failOnWords);
  const wait = given.maybe("wait");
  const asked: AskedCheck = {
    model: modelOf(given, surroundings),
    window: windowOf(given.one("window") ?? "newest"),
    monitor: given.one("monitor"),
    waitMs: wait === null ? 0 : (durationOf("--wait", wait === "" ? null : wait) ?? 10 * MINUTE_MS),
  };
  const client = clientOf(given, surroundings);
  const detail = await findCheck(client, asked);
  if (given.flag("json")) surroundings.out(`${JSON.stringify(detail)}\n`);
  const { referenceId, reason } = detail.check;
  if (referenceId === null) throw new CommandError(`The window has no verdict. ${reason}`);
  const [about, reference] = await Promise.all([
    client.get<ModelDetail>(pathOf(asked.model)),
    client.get<Reference>(pathOf(asked.model, "references", referenceId)),
  ]);
  const comparison = comparisonOfCheck({ ...detail, reference, policy: about.policy });
  if (!given.flag("json") && !given.flag("quiet"))
    surroundings.out(renderComparison(comparison, { ...surroundings, all: given.flag("all") }));
  return exitCode(comparison, failOn);
}

type Window = "newest" | "now" | { timeMs: number };

export interface AskedCheck {
  model: string;
  window: Window;
  monitor: string | null;
  waitMs: number;
}

function windowOf(text: string): Window {
  if (text === "newest" || text === "now") return text;
  return { timeMs: timeOf("--window", text) ?? 0 };
}

const firstPauseMs = SECOND_MS / 2;
const lastPauseMs = 10 * SECOND_MS;

async function findCheck(client: Client, asked: AskedCheck): Promise<CheckDetail> {
  const { model, window, monitor, waitMs } = asked;
  const query = new URLSearchParams(monitor === null ? {} : { monitor });
  if (window === "now") return client.get<CheckDetail>(`${pathOf(model, "drift", "detect")}?${query}`);
  const endMs = performance.now() + waitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(lastPauseMs, 1.5 * pauseMs)) {
    const id =
      window === "newest"
        ? await newest(client, asked, query)
        : await holding(client, asked, query, window.timeMs);
    if (id !== null) return client.get<CheckDetail>(pathOf(model, "checks", id));
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) throw new CommandError(await whyNone(client, asked));
    await sleep(Math.min(pauseMs, leftMs));
  }
}

async function history(
  client: Client,
  model: string,
  query: URLSearchParams,
): Promise<DriftHistory["checks"]> {
  return (await client.get<DriftHistory>(`${pathOf(model, "drift", "history")}?${query}`)).checks;
}

async function newest(
  client: Client,
  { model, monitor }: AskedCheck,
  query: URLSearchParams,
): Promise<string | null> {
  if (monitor === null) return (await client.get<ModelDetail>(pathOf(model))).latest?.id ?? null;
  return (await history(client, model, query)).at(-1)?.id ?? null;
}

/** The check of the window that holds a time: the last that begins before it, if it ends behind it. */
async function holding(
  client: Client,
  { model }: AskedCheck,
  query: URLSearchParams,
  timeMs: number,
): Promise<string | null> {
  const range = new URLSearchParams(query);
  range.set("from", isoOf(timeMs - limits.windowMs - DAY_MS));
  range.set("to", isoOf(timeMs + 1));
  const found = (await history(client, model, range)).findLast(({ windowEndMs }) => windowEndMs > timeMs);
  return found?.id ?? null;
}

async function whyNone(client: Client, { model, window }: AskedCheck): Promise<string> {
  const { activations, rows, watermarkMs, latest } = await client.get<ModelDetail>(pathOf(model));
  if (activations.length === 0)
    return `${model} has no reference in force: mdt reference push FILE --model ${model} makes one.`;
  if (rows === 0) return `${model} has no rows yet.`;
  const through = watermarkMs === null ? "" : ` Its rows have come to ${isoOf(watermarkMs)}.`;
  if (window === "newest" || latest === null)
    return `No window of ${model} has closed yet.${through} --window now shows the open one, --wait waits.`;
  return `There is no check of that window.${through} --wait waits for it to close.`;
}
