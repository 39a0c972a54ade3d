/**
 * The process of the local platform: the built Worker on workerd, with its storage in a directory. It leads the process group that
 * platform.ts starts, stops and kills. What is bundled beforehand needs no wrangler, which takes longer to start than workerd.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, parseEnv } from "node:util";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { inRoot, workerBuild } from "./paths.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "" },
    "persist-to": { type: "string", default: "" },
    "env-file": { type: "string", default: "" },
  },
});

const bundle = join(workerBuild, "bundle");
const optionsFile = join(workerBuild, "options.json");
if (!existsSync(optionsFile)) throw new Error("the Worker is not built: npm run build");

const options = JSON.parse(readFileSync(optionsFile, "utf8")) as V4WorkerOptions & {
  assets: { run_worker_first: string[] };
};

type ModuleType = "ESModule" | "CompiledWasm" | "Text";

/** The main module comes first. */
const modules: { type: ModuleType; path: string; contents?: string }[] = [
  made("ESModule", "front.js", readFileSync(inRoot("scripts", "local-front.mjs"), "utf8")),
  made("Text", "worker-paths.txt", JSON.stringify(options.assets.run_worker_first)),
  ...readdirSync(bundle)
    .filter((file) => /^index\.js$|\.(wasm|sql)$/.test(file))
    .map((file) => ({ type: typeOf(file), path: join(bundle, file) })),
];

function made(type: ModuleType, name: string, contents: string) {
  return { type, path: join(bundle, name), contents };
}

function typeOf(file: string): ModuleType {
  if (file.endsWith(".js")) return "ESModule";
  return file.endsWith(".wasm") ? "CompiledWasm" : "Text";
}

const secrets = Object.entries(parseEnv(readFileSync(values["env-file"], "utf8")));
const worker = {
  ...options,
  // Objects lie in folders of this name.
  name: "mdt-edge",
  modulesRoot: bundle,
  modules,
  unsafeDirectSockets: [{ host: "127.0.0.1", port: Number(values.port), entrypoint: "front" }],
  bindings: Object.fromEntries(secrets.map(([name, value = ""]) => [name, value])),
};

const platform = new Miniflare(
  convertV4MiniflareOptions({
    workers: [worker],
    // Its own door is not used.
    host: "127.0.0.1",
    port: 0,
    // As wrangler lays it out, so that its commands find the same database.
    resourcePersistencePath: join(values["persist-to"], "v3"),
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ level, message }) => {
      if (level === "error") console.error(message);
    },
  }),
);

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => void platform.dispose().finally(() => process.exit(0)));
await platform.ready;
