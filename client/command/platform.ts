/** Which platform a command speaks to, as whom, and about which model: typed, or from the environment. */
import { readFileSync } from "node:fs";
import { type Client, createClient } from "../http.ts";
import type { Kind, OptionHelp, Parsed } from "./arguments.ts";
import { CommandError } from "./command-error.ts";
import { reasonOf } from "./output.ts";
import type { Surroundings } from "./surroundings.ts";

export const platformKinds: Record<string, Kind> = {
  endpoint: "one",
  key: "one",
  "key-file": "one",
  model: "one",
};

export const platformHelp: OptionHelp[] = [
  { usage: "--model MODEL", says: "the model's id; left out, the environment variable MDT_MODEL" },
  { usage: "--endpoint URL", says: "where the platform answers; left out, MDT_ENDPOINT" },
  {
    usage: "--key-file FILE",
    says: "a file that holds the machine key and nothing else; left out, the key in MDT_KEY",
  },
  { usage: "--key KEY", says: "the key itself: others on this computer can see it while the command runs" },
];

/** The same for commands that may ask about all models. */
export const platformHelpWithoutModel: OptionHelp[] = platformHelp.slice(1);

type Known = Pick<Surroundings, "env" | "tell">;

export const clientOf = (given: Parsed, surroundings: Known): Client =>
  connectionOf(given, surroundings).client;

export function connectionOf(
  given: Parsed,
  { env, tell }: Known,
): { client: Client; endpoint: string; key: string } {
  const text = given.one("endpoint") ?? env.MDT_ENDPOINT ?? "";
  if (text === "")
    throw new CommandError(
      "Say where the platform is: --endpoint http://127.0.0.1:4280, or the same in MDT_ENDPOINT.",
    );
  const endpoint = endpointOf(text);
  const key = keyOf(given, env);
  if (endpoint.protocol === "http:" && !isLoopback(endpoint.hostname))
    tell(`mdt: the key travels to ${endpoint.host} unencrypted: use https:// where you can.\n`);
  let told = false;
  const onUnreachable = (why: string): void => {
    // Whoever waits should know for what; once is enough.
    if (!told) tell(`mdt: ${endpoint.origin} does not answer: ${why}. Trying again for about a minute.\n`);
    told = true;
  };
  return {
    client: createClient({ endpoint: endpoint.href, key, attempts: 10, onUnreachable }),
    endpoint: endpoint.href,
    key,
  };
}

function endpointOf(text: string): URL {
  let endpoint: URL;
  try {
    endpoint = new URL(text);
  } catch {
    throw new CommandError(`--endpoint is an address such as http://127.0.0.1:4280, not "${text}".`);
  }
  if (endpoint.protocol !== "http:" && endpoint.protocol !== "https:")
    throw new CommandError(`--endpoint begins with https:// or http://, not ${endpoint.protocol}//.`);
  if (endpoint.username !== "" || endpoint.password !== "")
    throw new CommandError("--endpoint holds no key: give it with --key-file or in MDT_KEY.");
  if (endpoint.search !== "" || endpoint.hash !== "" || !/^\/(v1\/?)?$/.test(endpoint.pathname))
    throw new CommandError(`--endpoint is an address without a path, not "${text}".`);
  return new URL(endpoint.origin);
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || host.startsWith("127.");

function keyOf(given: Parsed, env: Surroundings["env"]): string {
  const [typed, file] = [given.one("key"), given.one("key-file")];
  if (typed !== null && file !== null) throw new CommandError("Give --key or --key-file, not both.");
  const key = (typed ?? (file === null ? env.MDT_KEY : keyIn(file)) ?? "").trim();
  if (key === "")
    throw new CommandError(
      "The platform wants a key: put it in MDT_KEY or in a file for --key-file (Settings makes keys).",
    );
  if (/[^\x21-\x7e]/.test(key))
    throw new CommandError("The key holds spaces or other characters that no key has: is it whole?");
  return key;
}

function keyIn(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandError(`${path} cannot be read: ${reasonOf(cause)}.`);
  }
  if (text.trim() === "") throw new CommandError(`${path} is empty: it should hold a key.`);
  return text;
}

/** Null where none is named. */
export function modelIn(given: Parsed, { env }: Pick<Surroundings, "env">): string | null {
  const model = given.one("model") ?? env.MDT_MODEL ?? "";
  return model === "" ? null : model;
}

export function modelOf(given: Parsed, surroundings: Pick<Surroundings, "env">): string {
  const model = modelIn(given, surroundings);
  if (model === null) throw new CommandError("Say which model: --model churn, or the same in MDT_MODEL.");
  return model;
}

/** The path of a model's part of the API. */
export const pathOf = (model: string, ...parts: string[]): string =>
  ["/v1/models", model, ...parts].map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join("/");
