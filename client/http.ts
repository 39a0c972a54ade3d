/**
 * The HTTP API from a sender's side: JSON in, JSON out (or the bytes of tables), problems as errors with their code, and
 * patience where waiting can help. Every request of ours may be sent twice: batches carry an id, the rest is PUT-like or
 * answered with a conflict that says so.
 */
import type { Problem, ProblemCode } from "#core/domain/errors.ts";

export interface ClientOptions {
  /** Origin of the platform, without a path. */
  endpoint: string;
  key: string;
  /** Attempts in all. Default 8: about a minute of patience. */
  attempts?: number;
  /** Waits before the second attempt; doubles up to `maximumWaitMs`. */
  firstWaitMs?: number;
  maximumWaitMs?: number;
  /** One attempt. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  sleep?: (ms: number) => Promise<void>;
  /** Told before each wait for a platform that does not answer at all, with why. */
  onUnreachable?: (why: string) => void;
  /** Uniform in [0, 1): spreads senders that failed together. */
  random?: () => number;
}

/** The platform answered with a problem; `code` is stable. */
export class ApiError extends Error {
  readonly status: number;
  /** Null when the answer was not a problem of ours (a proxy's page, say). */
  readonly code: ProblemCode | null;
  /** Where in the body, when it is about the body. */
  readonly issues: readonly { path: string; message: string }[];
  constructor(status: number, code: ProblemCode | null, message: string, issues: ApiError["issues"] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.issues = issues;
  }
}

/** The platform did not answer at all, in any of the attempts. */
export class UnreachableError extends Error {
  constructor(endpoint: string, cause: unknown) {
    super(`${endpoint} did not answer: ${whyUnreachable(cause)}. Is the platform running there?`, { cause });
    this.name = "UnreachableError";
  }
}

const unreachableWords: Record<string, string> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was broken off",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the host's name could not be looked up",
};

/** `fetch failed` says nothing: the reason lies in its cause. */
function whyUnreachable(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === "TimeoutError") return "nothing came in time";
  const { cause } = thrown;
  if (!(cause instanceof Error)) return thrown.message;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return unreachableWords[code] ?? (cause.message || code || thrown.message);
}

export interface Client {
  get: <T>(path: string) => Promise<T>;
  post: <T>(path: string, body: unknown) => Promise<T>;
  put: <T>(path: string, body: unknown) => Promise<T>;
  patch: <T>(path: string, body: unknown) => Promise<T>;
  /** Bytes of another type than JSON. */
  upload: <T>(path: string, bytes: Uint8Array<ArrayBuffer>, contentType: string) => Promise<T>;
  /** An answer of another type than JSON. */
  download: (path: string, accept: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** What is sent, the same bytes in every attempt: others would be another body under the same batch id. */
interface Asked {
  method: string;
  path: string;
  body?: string | Uint8Array<ArrayBuffer>;
  contentType?: string;
  accept?: string;
}

/** Answers after which the same request may succeed. */
const passing = new Set([429, 502, 503, 504]);
/** 500 too: an object that is restarted under a request answers so. But a fault of the platform stays one. */
const attemptsAfterFault = 4;

export function createClient(options: ClientOptions): Client {
  const {
    attempts = 8,
    firstWaitMs = 250,
    maximumWaitMs = 15_000,
    timeoutMs = 60_000,
    fetch: send = fetch,
    sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onUnreachable,
    random = Math.random,
  } = options;
  const endpoint = options.endpoint.replace(/\/+$/, "");

  async function request(asked: Asked): Promise<Uint8Array<ArrayBuffer>> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts;
      const outcome = await once(asked);
      if ("reply" in outcome) {
        const { status, ok } = outcome.reply;
        if (ok) return outcome.bytes;
        const mayPass = passing.has(status) || (status === 500 && attempt < attemptsAfterFault);
        if (last || !mayPass) throw toError(outcome.reply, textOf(outcome.bytes));
        await sleep(Math.max(retryAfterMs(outcome.reply), backoffMs(attempt)));
      } else {
        if (last) throw new UnreachableError(endpoint, outcome.cause);
        onUnreachable?.(whyUnreachable(outcome.cause));
        await sleep(backoffMs(attempt));
      }
    }
  }

  async function once({
    method,
    path,
    body,
    contentType = "application/json",
    accept = "application/json",
  }: Asked): Promise<{ reply: Response; bytes: Uint8Array<ArrayBuffer> } | { cause: unknown }> {
    try {
      const reply = await send(`${endpoint}${path}`, {
        method,
        headers: { authorization: `Bearer ${options.key}`, "content-type": contentType, accept },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { reply, bytes: new Uint8Array(await reply.arrayBuffer()) };
    } catch (cause) {
      return { cause }; // not swallowed: the caller retries, and throws it in the end
    }
  }

  /** Doubling with up to half of it at random. */
  function backoffMs(attempt: number): number {
    const full = Math.min(maximumWaitMs, firstWaitMs * 2 ** (attempt - 1));
    return full / 2 + (full / 2) * random();
  }

  /** As the server asks, in seconds; more than a minute is taken for a mistake. */
  function retryAfterMs(reply: Response): number {
    const seconds = Number(reply.headers.get("retry-after"));
    return Number.isFinite(seconds) && seconds > 0 ? Math.min(60, seconds) * 1000 : 0;
  }

  async function ofJson<T>(asked: Asked): Promise<T> {
    const text = textOf(await request(asked));
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  const json = (method: string, path: string, value: unknown): Asked => ({
    method,
    path,
    body: JSON.stringify(value),
  });
  return {
    get: (path) => ofJson({ method: "GET", path }),
    post: (path, body) => ofJson(json("POST", path, body)),
    put: (path, body) => ofJson(json("PUT", path, body)),
    patch: (path, body) => ofJson(json("PATCH", path, body)),
    upload: (path, body, contentType) => ofJson({ method: "POST", path, body, contentType }),
    download: (path, accept) => request({ method: "GET", path, accept }),
  };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function toError(reply: Response, text: string): ApiError {
  const problem = parseProblem(text);
  const said = problem ? `${problem.title}: ${problem.detail}` : text.slice(0, 300);
  const message = `${reply.url} answered ${reply.status}. ${said}`;
  return new ApiError(reply.status, problem?.code ?? null, message, problem?.issues);
}

function parseProblem(text: string): Problem | null {
  if (!text.startsWith("{")) return null;
  try {
    const value = JSON.parse(text) as Partial<Problem>;
    return typeof value.code === "string" ? (value as Problem) : null;
  } catch {
    return null; // cut off or not JSON: then the status and the text say what there is
  }
}
