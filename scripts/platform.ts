/**
 * The local platform: the built Worker and dashboard on workerd, with D1 and objects on disk. `npm start`, the
 * end-to-end tests and the benches start it here and nowhere else. One state directory, one platform: the caller holds
 * the lock (two on one directory corrupt it).
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate } from "./migrate.ts";
import { inRoot, wranglerBin } from "./paths.ts";
import { isOpen } from "./ports.ts";
import { collect, endGroup, signalGroup, startGroup } from "./processes.ts";
import { localSecrets } from "./secrets.ts";
import { quietWrangler } from "./wrangler.ts";

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
 * Starts what `npm run build` built and waits until it answers.
 * @param options.watch by wrangler, which bundles the Worker again whenever a file of it is touched: every object then wakes
 *   anew, and has forgotten what it counted of its costs. Never for a measurement
 */
export async function startPlatform(options: {
  stateDir: string;
  port: number;
  watch?: boolean;
}): Promise<Platform> {
  const { stateDir, port } = options;
  const { ownerSecret, envFile } = localSecrets(stateDir);
  const persistTo = join(stateDir, "platform");
  await migrate(persistTo);
  const args = ["--port", String(port), "--persist-to", persistTo, "--env-file", envFile];
  const [script, ...given] = options.watch
    ? [...watching, ...args]
    : [inRoot("scripts", "serve.ts"), ...args];
  const child = startGroup(script, given, {
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

const watching = [
  ...[wranglerBin, "dev", "--ip", "127.0.0.1", "--inspector-port", "0", "--log-level", "error"],
  "--show-interactive-dev-session=false",
];

const askEveryMs = 25;

async function healthy(url: string, output: () => string): Promise<void> {
  let last = "";
  for (let waited = 0; waited < 90_000; waited += askEveryMs) {
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
    await sleep(askEveryMs);
  }
  throw new Error(`the platform did not become healthy in 90 s (${last})\n${output()}`);
}
