/**
 * The process of a Worker that reads bodies and does nothing else, on the same runtime as the platform: what any Worker on this
 * machine takes in of the same requests, and so the most that ours could. Started by read-only.ts.
 */
import { parseArgs } from "node:util";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

const { values } = parseArgs({ options: { port: { type: "string", default: "" } } });

const script = `export default {
  async fetch(request) {
    await request.arrayBuffer();
    return Response.json({ accepted: 0 });
  },
};`;

const reader = new Miniflare(
  convertV4MiniflareOptions({
    workers: [
      {
        ...{ name: "reader", modules: true, script, compatibilityDate: "2026-10-20" },
        // As the platform's (scripts/serve.ts).
        unsafeDirectSockets: [{ host: "127.0.0.1", port: Number(values.port) }],
      },
    ],
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
  }),
);
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => void reader.dispose().finally(() => process.exit(0)));
await reader.ready;
