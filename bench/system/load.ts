/** A real load generator against a real address: autocannon, every request a batch of its own. */
import autocannon from "autocannon";
import { setInterval } from "node:timers";
import { type Cpu, cpuBetween, groupOf, residentMb } from "./group.ts";

/** What one request sends, as a batch that was never sent. */
export interface Shot {
  path: string;
  contentType: string;
  bytes: Buffer;
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
          const { path, contentType, bytes: body } = shot();
          context.bytes = body.length;
          const id = `${firstId}-${ids++}`;
          const headers = { ...request.headers, "content-type": contentType, "idempotency-key": id };
          return { ...request, path, body, headers };
        },
        onResponse(status, body, context) {
          if (status >= 300) return;
          batches++;
          rows += (JSON.parse(body) as { accepted: number }).accepted;
          bytes += context.bytes ?? 0;
        },
      },
    ],
  });
  clearInterval(look);
  return {
    seconds: result.duration,
    ...{ batches, rows, bytes },
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
