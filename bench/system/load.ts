/** A real load generator against a real address: autocannon, every request a batch of its own. */
import autocannon from "autocannon";
import { setInterval } from "node:timers";
import { type Cpu, cpuBetween, groupOf, residentMb } from "./group.ts";

/** What one request sends, as a batch that was never sent. */
export interface Shot {
  path: string;
  contentType: string;
  bytes: Buffer;
  /** That name the batch, where the usual one does not. */
  headers?: (id: string) => Record<string, string>;
}

export interface Load {
  url: string;
  key: string;
  /** pid of the platform's process group. */
  group: number;
  connections: number;
  seconds: number;
  /** Requests a second; as many as go through when left out. */
  rate?: number;
  shot: () => Shot;
}

export interface LoadResult {
  seconds: number;
  /** Replies of 2xx, the rows and labels that they accepted, and the bytes that were sent for them. */
  batches: number;
  rows: number;
  bytes: number;
  p50Ms: number;
  p99Ms: number;
  /** By status. */
  replies: Record<string, number>;
  /** Of replies of 429: what they said of when to try again, in seconds; NaN where one did not. */
  retryAfterSeconds: number[];
  /** Ids of batches with a reply of 2xx. */
  acknowledged: string[];
  /** Connections that broke, and requests without an answer. */
  failed: number;
  /** Resident memory of the platform, once a second. */
  memoryMb: number[];
  /** Processor time of the platform for the whole load; null where the system does not tell. */
  cpu: Cpu | null;
}

const firstId = `bench-${Date.now()}`;
let ids = 0;

export async function sendLoad({
  url,
  key,
  group,
  connections,
  seconds,
  rate,
  shot,
}: Load): Promise<LoadResult> {
  const before = groupOf(group);
  const memoryMb: number[] = [];
  const look = setInterval(() => {
    const now = groupOf(group);
    if (now) memoryMb.push(residentMb(now));
  }, 1000);
  let [batches, rows, bytes] = [0, 0, 0];
  const retryAfterSeconds: number[] = [];
  const acknowledged: string[] = [];
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: 30,
    ...(rate !== undefined && { overallRate: rate }),
    requests: [
      {
        method: "POST",
        path: "/",
        headers: { authorization: `Bearer ${key}` },
        setupRequest(request, context) {
          const { path, contentType, bytes: body, headers: own } = shot();
          const id = `${firstId}-${ids++}`;
          [context.bytes, context.id] = [body.length, id];
          const named = own?.(id) ?? { "idempotency-key": id };
          const headers = { ...request.headers, "content-type": contentType, ...named };
          return { ...request, path, body, headers };
        },
        onResponse(status, body, context, headers) {
          if (status === 429) retryAfterSeconds.push(Number(secondsIn(headers) ?? NaN));
          if (status >= 300) return;
          batches++;
          rows += (JSON.parse(body) as { accepted: number }).accepted;
          bytes += context.bytes ?? 0;
          if (context.id !== undefined) acknowledged.push(context.id);
        },
      },
    ],
  });
  clearInterval(look);
  return {
    seconds: result.duration,
    ...{ batches, rows, bytes, retryAfterSeconds, acknowledged },
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    replies: Object.fromEntries(
      Object.entries(result.statusCodeStats).map(([status, stats]) => [status, stats?.count ?? 0]),
    ),
    failed: result.errors + result.timeouts,
    memoryMb,
    cpu: cpuBetween(before, groupOf(group)),
  };
}

/** Names as the server wrote them. */
const secondsIn = (headers: Record<string, string>): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after")?.[1];
