/** What the supervisor asks of the platform with the owner's secret: links to sign in with, keys to send with. */

async function post(base: string, path: string, ownerSecret: string, body: unknown): Promise<unknown> {
  const reply = await fetch(`${base}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${ownerSecret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Path and fragment of a one-time link; the token never reaches a server log. */
export async function createSignInLink(base: string, ownerSecret: string): Promise<string> {
  const { path } = (await post(base, "/v1/sign-in-links", ownerSecret, {})) as { path: string };
  return path;
}

export async function createKey(base: string, ownerSecret: string, name: string): Promise<string> {
  const { secret } = (await post(base, "/v1/keys", ownerSecret, {
    name,
    scopes: ["ingest", "read", "admin"],
  })) as {
    secret: string;
  };
  return secret;
}
