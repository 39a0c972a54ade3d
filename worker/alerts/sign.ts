/** Standard Webhooks 1.0: an HMAC over `id.timestamp.body`, so that a receiver knows who sent it and that it is fresh. */

const prefix = "whsec_";

export function newWebhookSecret(): string {
  const random = crypto.getRandomValues(new Uint8Array(24));
  return prefix + btoa(String.fromCharCode(...random));
}

export async function signedHeaders(
  secret: string,
  id: string,
  timestampSeconds: number,
  body: string,
): Promise<Record<string, string>> {
  const raw = Uint8Array.from(atob(secret.slice(prefix.length)), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = await crypto.subtle.sign(
    "HMAC",
    key,
    new TextEncoder().encode(`${id}.${timestampSeconds}.${body}`),
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": `v1,${btoa(String.fromCharCode(...new Uint8Array(signed)))}`,
  };
}
