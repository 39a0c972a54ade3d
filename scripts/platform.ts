/**
 * The local platform: the built Worker and dashboard on workerd, with D1 and objects on disk. `npm start`, the
 * end-to-end tests and the benches start it here and nowhere else. One state directory, one platform: the caller holds
 * the lock (two on one directory corrupt it).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot, wranglerBin } from "./paths.ts";
import { isOpen } from "./ports.ts";
import { endGroup, signalGroup, startGroup } from "./processes.ts";
import { localSecrets } from "./secrets.ts";

export interface Platform {
  url: string;
  port: number;
  pid: number;
  ownerSecret: string;
  /** Settles when the platform ends by itself, with its last output. */
  ended: Promise<string>;
  stop: () => Promise<void>;
  /** SIGKILL to the whole group, as a power cut would; resolves when the port is closed. */
  kill: () => Promise<void>;
}

/**
 * Keeps wrangler off the network and its banner off the screen, and from writing a trace of every request, message and
 * statement to a database of its own, which takes a third of the processor time of a batch (docs/scale.md's scenarios).
 */
const quietWrangler = {
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CI: "true",
};

/** Runs before wrangler starts: two processes must never open one state directory. */
export async function migrate(stateDir: string): Promise<void> {
  const args = [
    "d1",
    "migrations",
    "apply",
    "mdt-edge",
    "--local",
    "--persist-to",
    join(stateDir, "platform"),
  ];
  const child = spawn(process.execPath, [wranglerBin, ...args], {
    cwd: inRoot(),
    env: { ...process.env, ...quietWrangler },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(child);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the database's migrations failed:\n${output.tail()}`);
}

export async function startPlatform(options: {
  stateDir: string;
  port: number;
  migrated?: boolean;
}): Promise<Platform> {
  const { stateDir, port } = options;
  const { ownerSecret, envFile } = localSecrets(stateDir);
  if (!options.migrated) await migrate(stateDir);
  const args = ["dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  args.push("--persist-to", join(stateDir, "platform"), "--env-file", envFile, "--log-level", "error");
  args.push("--show-interactive-dev-session=false");
  const child = startGroup(wranglerBin, args, {
    cwd: inRoot(),
    env: { ...process.env, ...quietWrangler },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(child);
  const pid = child.pid;
  if (pid === undefined) throw new Error("the platform's process could not be started");
  const ended = new Promise<string>((resolve) => child.once("exit", () => resolve(output.tail())));
  const url = `http://127.0.0.1:${port}`;
  const platform: Platform = {
    url,
    port,
    pid,
    ownerSecret,
    ended,
    stop: () => endGroup(pid),
    kill: async () => {
      signalGroup(pid, "SIGKILL");
      await ended;
      for (let waited = 0; waited < 5000 && (await isOpen(port)); waited += 20) await sleep(20);
      if (await isOpen(port)) throw new Error(`port ${port} is still open after the group was killed`);
    },
  };
  await Promise.race([
    healthy(url, output.tail),
    ended.then((tail) => Promise.reject(new Error(`the platform ended while starting:\n${tail}`))),
  ]).catch(async (error: unknown) => {
    await platform.stop();
    throw error;
  });
  return platform;
}

async function healthy(url: string, output: () => string): Promise<void> {
  let last = "";
  for (let waited = 0; waited < 90_000; waited += 100) {
    try {
      const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3000) });
      if (reply.ok) return;
      last = `${reply.status} ${await reply.text()}`;
    } catch (error) {
      // wrangler keeps running, and keeps requests waiting, when the Worker does not build.
      if (output().includes("Build failed"))
        throw new Error(`the Worker does not build:\n${output()}`, { cause: error });
      last = String(error); // not listening yet: asked again until the time is up
    }
    await sleep(100);
  }
  throw new Error(`the platform did not become healthy in 90 s (${last})\n${output()}`);
}

/** Keeps the last lines of a child's output, for the message when it fails. */
function collect(child: ChildProcess): { tail: () => string } {
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-8000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return { tail: () => text.trim() };
}
