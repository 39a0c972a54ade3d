import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { type Problem, type ProblemCode, ProblemError, problems } from "#core/domain/errors.ts";
import type { AppEnv } from "./context.ts";

/** The one way out for errors: RFC 9457, a stable code, the request's id. */
export function problemReply(c: Context<AppEnv>, error: unknown): Response {
  const { code, detail, issues, retryAfterMs = defaultRetryMs } = describe(error);
  const requestId = c.get("requestId");
  if (code === "internal") console.error(`request ${requestId} failed`, error);
  const { status, title } = problems[code];
  const body: Problem = {
    type: `urn:mdt:problem:${code}`,
    title,
    status,
    detail,
    code,
    instance: c.req.path,
    requestId,
  };
  if (issues) body.issues = issues;
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (status === 429 || status === 503) headers.set("retry-after", secondsOf(retryAfterMs));
  if (status === 401) headers.set("www-authenticate", "Bearer");
  return new Response(JSON.stringify(body), { status, headers });
}

/** Where nothing better is known: an object that restarts is back by then. */
const defaultRetryMs = 2000;

const secondsOf = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1000)));

interface Described {
  code: ProblemCode;
  detail: string;
  issues?: ProblemError["issues"];
  retryAfterMs?: number;
}

function describe(error: unknown): Described {
  if (error instanceof ProblemError) {
    const { code, message: detail, issues, retryAfterMs } = error;
    return { code, detail, issues, retryAfterMs };
  }
  if (error instanceof HTTPException && error.status < 500)
    return { code: error.status === 404 ? "not_found" : "invalid_body", detail: error.message };
  // Objects that restart or are overloaded say so in the error; the sender may simply try again.
  if (error instanceof Error && ("retryable" in error || "overloaded" in error))
    return { code: "unavailable", detail: "A part of the platform did not answer; try again." };
  return { code: "internal", detail: "This is our fault. The request id finds it in the log." };
}
