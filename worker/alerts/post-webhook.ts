import { limits } from "#core/domain/limits.ts";
import { signedHeaders } from "./sign.ts";
import { requireAllowedUrl } from "./url-rules.ts";

export interface PostResult {
  /** Null when no reply came. */
  status: number | null;
  /** Null when it was delivered. */
  error: string | null;
  /** 410: the receiver wants no more. */
  gone: boolean;
}

/** One attempt. Redirects are failures: they would lead past the address rules. Never throws. */
export async function postWebhook(
  target: { url: string; secret: string },
  id: string,
  body: string,
  options: { allowLoopback: boolean; nowMs: number },
): Promise<PostResult> {
  try {
    const url = requireAllowedUrl(target.url, options.allowLoopback);
    const headers = await signedHeaders(target.secret, id, Math.floor(options.nowMs / 1000), body);
    const reply = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "user-agent": "mdt-edge" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(limits.webhookTimeoutMs),
    });
    const said = await readSome(reply.body, limits.webhookReplyBytes);
    if (reply.status >= 200 && reply.status < 300) return { status: reply.status, error: null, gone: false };
    return {
      status: reply.status,
      error: `answered ${reply.status}${said.trim() === "" ? "" : `: ${said.slice(0, 200)}`}`,
      gone: reply.status === 410,
    };
  } catch (error) {
    return { status: null, error: error instanceof Error ? error.message : String(error), gone: false };
  }
}

async function readSome(body: ReadableStream<Uint8Array> | null, most: number): Promise<string> {
  if (!body) return "";
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= most) break;
  }
  return text;
}
