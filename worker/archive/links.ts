import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { archiveFormats } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { fromBase64Url, toBase64Url } from "../http/secrets.ts";

/**
 * Links to archived rows that need no key: what a link leads to stands in it, and a signature says that it is ours. The key of the
 * signature is made from the owner's secret, so a new secret ends every link. Signing does not wait, so that an event and its links
 * can be committed together.
 */
export const Linked = z.object({
  /** Organisation and model. */
  name: z.string(),
  /** Of the model: a link never leads to one of the same id that was made later. */
  createdAtMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  labelled: z.boolean(),
  part: z.number().optional(),
  format: z.enum(archiveFormats),
  expiresAtMs: z.number(),
});
export type Linked = z.output<typeof Linked>;

/** The path of a link, below the platform's address. */
export function linkPath(secret: string, linked: Linked): string {
  const content = toBase64Url(new TextEncoder().encode(JSON.stringify(linked)));
  return `/v1/archive/${content}.${toBase64Url(signatureOf(secret, content))}`;
}

/** What a link leads to. Whatever is wrong with one, it is nothing of ours; only one that was ours says that it has expired. */
export function readLink(secret: string, token: string, nowMs: number): Linked {
  const [content, signature, ...more] = token.split(".");
  const given = signature === undefined ? null : fromBase64Url(signature);
  const right = signatureOf(secret, content);
  const ours = given !== null && given.length === right.length && timingSafeEqual(given, right);
  if (!ours || more.length > 0 || secret === "")
    throw new ProblemError("link_invalid", "The link is incomplete or was changed: ask for a new one.");
  const linked = Linked.parse(JSON.parse(new TextDecoder().decode(fromBase64Url(content) ?? undefined)));
  if (linked.expiresAtMs <= nowMs)
    throw new ProblemError("link_expired", "Ask for a new link: POST …/archive/links.");
  return linked;
}

function signatureOf(secret: string, content: string): Uint8Array {
  const key = createHmac("sha256", secret).update("mdt archive links 1").digest();
  return createHmac("sha256", key).update(content).digest();
}
