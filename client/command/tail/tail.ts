/** `mdt tail`: checks, incidents and performance as they come, a line each. */
import type { DriftHistory, Incidents, ModelDetail, ModelSummary, Performance } from "#core/domain/api.ts";
import { SECOND_MS } from "#core/domain/limits.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { ApiError, type Client, UnreachableError } from "../../http.ts";
import { type CommandHelp, helpText, type Kind, parsed } from "../arguments.ts";
import { CommandError } from "../command-error.ts";
import { connectionOf, modelIn, pathOf, platformHelpWithoutModel, platformKinds } from "../platform.ts";
import type { Surroundings } from "../surroundings.ts";
import { durationOf, isoOf } from "../times.ts";
import { lineOf } from "./lines.ts";
import { openLive } from "./live.ts";
import { type Look, newsOf, type Seen } from "./news.ts";

const kinds: Record<string, Kind> = {
  ...platformKinds,
  ...{ every: "one", for: "one", last: "one", json: "flag", quiet: "flag", help: "flag" },
};

export const tailHelp: CommandHelp = {
  usage: "mdt tail [options]",
  about:
    "Follows what becomes of models: a line for each check, incident and window of performance, as they come, until it is\n" +
    "ended. The platform says when there is something new; where it cannot, it is asked by the clock.",
  options: [
    { usage: "--model MODEL", says: "of one model; left out, MDT_MODEL, else all models" },
    {
      usage: "--last COUNT",
      says: "begin with so many checks of each model that are there already; 1 when left out",
    },
    {
      usage: "--every LENGTH",
      says: "ask this often where the platform cannot say that there is news; 5s when left out",
    },
    { usage: "--for LENGTH", says: "end after this time" },
    { usage: "--json", says: "a JSON object a line, with all that is known" },
    { usage: "--quiet", says: "nothing but the lines" },
    ...platformHelpWithoutModel,
    { usage: "--help", says: "this text" },
  ],
  examples: [
    { run: "mdt tail", says: "everything, as it comes" },
    {
      run: `mdt tail --model churn --json | jq -r 'select(.type == "incident") | .incident.id'`,
      says: "for a script",
    },
  ],
  exits: ["0  the time of --for is over", "2  the platform did not answer, and why"],
};

export async function tailCommand(
  args: string[],
  _kernel: Kernel,
  surroundings: Surroundings,
): Promise<number> {
  const given = parsed(args, kinds, 0);
  if (given.flag("help")) {
    surroundings.out(helpText(tailHelp));
    return 0;
  }
  const [surplus] = given.positionals;
  if (surplus !== undefined)
    throw new CommandError(`"${surplus}" is one word too many: --model says which model.`);
  const { client, endpoint, key } = connectionOf(given, surroundings);
  const tail: Tail = {
    client,
    model: modelIn(given, surroundings),
    last: Number(given.one("last") ?? 1),
    everyMs: Math.max(SECOND_MS, durationOf("--every", given.one("every")) ?? 5 * SECOND_MS),
    endMs: performance.now() + (durationOf("--for", given.one("for")) ?? Infinity),
    json: given.flag("json"),
    surroundings,
  };
  if (!(Number.isInteger(tail.last) && tail.last >= 0 && tail.last <= 100))
    throw new CommandError("--last is a whole number from 0 to 100.");
  const said = (text: string): void => {
    if (!given.flag("quiet")) surroundings.tell(`mdt: ${text}\n`);
  };
  // The first look finds out whether there is such a model, and whether the key may ask.
  const first = await look(tail, null);
  const live = openLive({
    ...{ endpoint, key },
    onChange: (connected) =>
      said(connected ? "live" : `not live any more: asking every ${tail.everyMs / SECOND_MS} s`),
  });
  try {
    await follow(tail, first, live, said);
  } finally {
    live.close();
  }
  return 0;
}

interface Tail {
  client: Client;
  model: string | null;
  last: number;
  everyMs: number;
  endMs: number;
  json: boolean;
  surroundings: Surroundings;
}

/** A look without a hint, in case that one was lost. */
const besidesMs = 60 * SECOND_MS;

async function follow(
  tail: Tail,
  first: Seen,
  live: ReturnType<typeof openLive>,
  said: (text: string) => void,
): Promise<void> {
  let [seen, away] = [first, false];
  for (;;) {
    const leftMs = tail.endMs - performance.now();
    if (leftMs <= 0) return;
    const models = await live.next(Math.min(leftMs, live.connected() ? besidesMs : tail.everyMs));
    try {
      seen = await look(tail, seen, models);
      if (away) said("the platform answers again");
      away = false;
    } catch (error) {
      // Whoever follows wants to go on following: a platform that is away may come back.
      if (!(error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500)))
        throw error;
      if (!away) said(`${error.message.split("\n")[0]} Asking on.`);
      away = true;
    }
  }
}

/**
 * Asks, tells what is new, and gives back what was seen.
 * @param before null at the beginning: then little of what is there already is told, and all of it is known
 * @param only models that are said to have news; null for any
 */
async function look(tail: Tail, before: Seen | null, only: ReadonlySet<string> | null = null): Promise<Seen> {
  const { client, model, last, json, surroundings } = tail;
  const models =
    model === null
      ? (await client.get<{ models: ModelSummary[] }>("/v1/models")).models
      : [await client.get<ModelDetail>(pathOf(model))];
  const looks: Look[] = [];
  for (const one of models)
    if (only === null || only.has(one.model.id)) looks.push(await lookAt(client, one));
  const told = before === null ? looks.map((one) => newest(one, last)) : looks;
  const { news, seen } = newsOf(before ?? new Map(), told);
  for (const one of news) {
    const atMs = Date.now();
    const text = json ? JSON.stringify({ at: isoOf(atMs), ...one }) : lineOf(one, atMs, surroundings.paint);
    surroundings.out(`${text}\n`);
  }
  return before === null ? newsOf(seen, looks).seen : seen;
}

/** Windows of the recent past, which late rows and labels may revise. */
const windowsBack = 40;

async function lookAt(client: Client, { model, latest }: ModelSummary): Promise<Look> {
  const from = latest === null ? null : latest.windowStartMs - windowsBack * model.windowMs;
  const query = from === null ? "" : `?from=${encodeURIComponent(isoOf(from))}`;
  const of = encodeURIComponent(model.id);
  const [{ checks }, { incidents }, { windows }] = await Promise.all([
    client.get<DriftHistory>(`${pathOf(model.id, "drift", "history")}${query}`),
    client.get<Incidents>(`/v1/incidents?model=${of}`),
    client.get<Performance>(`${pathOf(model.id, "performance")}${query}`),
  ]);
  return { modelId: model.id, checks, incidents, performance: windows };
}

/** The last checks, and incidents that are not over. */
function newest(all: Look, last: number): Look {
  return {
    ...all,
    checks: last === 0 ? [] : all.checks.slice(-last),
    incidents: all.incidents.filter(({ state }) => state !== "resolved"),
    performance: [],
  };
}
