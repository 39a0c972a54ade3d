import { ProblemError } from "#core/domain/errors.ts";

/**
 * Where webhooks may go. A Worker cannot pin what a name resolves to (docs/operations.md states the risk that remains), so
 * the address itself must be harmless: https, a public name, no address literal in any spelling, no credentials.
 */
export function requireAllowedUrl(text: string, allowLoopback: boolean): URL {
  const url = parse(text);
  const refuse = (detail: string): never => {
    throw new ProblemError("channel_url_refused", detail);
  };
  if (url.username !== "" || url.password !== "")
    refuse("The address must not carry a user name or password.");
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (allowLoopback && (host === "127.0.0.1" || host === "localhost" || host === "[::1]")) return url;
  if (url.protocol !== "https:") refuse("The address must use https.");
  // The URL parser has already turned every spelling of an IPv4 address (octal, hex, one number) into dotted decimals.
  if (/^[\d.]+$/.test(host) || host.startsWith("[")) refuse("The address must be a name, not a number.");
  if (
    !host.includes(".") ||
    internalSuffixes.some((suffix) => host === suffix.slice(1) || host.endsWith(suffix))
  )
    refuse("The address must be a public name.");
  return url;
}

const internalSuffixes = [
  ".localhost",
  ".local",
  ".internal",
  ".intranet",
  ".lan",
  ".home",
  ".corp",
  ".home.arpa",
  ".test",
  ".invalid",
  ".example",
  ".onion",
];

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new ProblemError("channel_url_refused", "The address is not a URL.");
  }
}
