/**
 * `npm start`: one supervisor. Builds what is stale, starts the platform, prints the sign-in link, replays the demo and
 * keeps everything running until Ctrl-C. A second start prints the running address; `--reset` begins from nothing.
 *
 *   npm start                 npm start -- --reset        npm start -- --no-demo        npm start -- --dev
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { type Demo, describeProgress, startDemo } from "./demo.ts";
import { inRoot, stateDir, viteBin } from "./paths.ts";
import { startPlatform, type Platform } from "./platform.ts";
import { freePort } from "./ports.ts";
import { endGroup, record, type Recorded, startGroup } from "./processes.ts";
import { createScreen } from "./screen.ts";
import { localSecrets } from "./secrets.ts";
import { createKey, createSignInLink } from "./sign-in.ts";
import { releaseLock, takeLock, writeRunning } from "./state-lock.ts";

const options = readOptions();
const screen = createScreen(process.stdout, () => performance.now());
const startedMs = performance.now();
const groups: Recorded[] = [];
let url: string | null = null;
let ending = false;
/** Phases of the preparation whose end was announced. */
const prepared = new Set<string>();

/** What was typed; a sentence instead of a stack for what is none of it. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        reset: { type: "boolean", default: false },
        "no-demo": { type: "boolean", default: false },
        dev: { type: "boolean", default: false },
        port: { type: "string", default: "4280" },
      },
    });
    const port = Number(values.port);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return { ...values, port };
    throw new Error(`--port is a number from 1 to 65535, not "${values.port}"`);
  } catch (error) {
    console.error(`  ${error instanceof Error ? error.message : String(error)}`);
    console.error("  npm start -- [--no-demo] [--reset] [--port 4280]; npm run dev takes the same");
    process.exit(2);
  }
}

async function main(): Promise<void> {
  const lock = takeLock(stateDir);
  if (!lock.held) return greetAgain(lock.running.url);
  process.once("SIGINT", () => void end(0, "\n  stopped; the state is kept, `npm start` goes on from here"));
  process.once("SIGTERM", () => void end(0, "\n  stopped"));
  for (const orphan of lock.orphans) await endGroup(orphan.pid);
  if (options.reset) rmSync(join(stateDir, "platform"), { recursive: true, force: true });

  screen.say("\n  MDT Edge — model drift and telemetry at the edge\n");
  await build({ only: "kernel", onPart: sayBuilt });
  const preparation = options["no-demo"] ? null : run("prepare", {});
  if (!options.dev) await build({ only: ["worker", "dashboard"], onPart: sayBuilt });

  const port = await freePort(options.port);
  const platform = await startPlatform({ stateDir, port, watch: options.dev });
  follow(platform.pid);
  void platform.ended.then(async (tail) => {
    if (!ending) await end(1, `\n  the platform ended by itself:\n${tail}`);
  });
  url = options.dev ? await startVite(platform) : platform.url;
  noteRunning();
  screen.step(`platform running on ${platform.url}`);
  await greet(platform);
  void tickCron(platform);
  offerNewLinks(platform);
  if (preparation) await demo(platform, preparation);
}

/** Prepares beside the build, then replays. A failing demo leaves the platform running and says why. */
async function demo(platform: Platform, preparing: Demo): Promise<void> {
  const preparation = await preparing.ended;
  if (ending) return;
  if (preparation.code !== 0) return screen.say(`\n  the demo could not be prepared:\n${preparation.errors}`);
  const key = await createKey(platform.url, platform.ownerSecret, "demo replay");
  const replay = run("replay", { MDT_ENDPOINT: platform.url, MDT_KEY: key });
  const result = await replay.ended;
  if (ending) return;
  if (result.code !== 0)
    return screen.say(`\n  the demo's replay stopped:\n${result.errors}\n  \`npm start\` resumes it`);
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  screen.say(`\n  all flights are in (${minutes} min); Ctrl-C stops, the state is kept`);
}

function run(command: "prepare" | "replay", environment: Record<string, string>): Demo {
  const started = startDemo(command, { MDT_STATE_DIR: stateDir, ...environment }, (progress) => {
    const finished = progress.text !== null && progress.total === 0;
    if (!finished) return screen.progress(describeProgress(progress));
    // The replay begins by reading what was prepared: that was said already.
    if (command === "prepare" || !prepared.has(progress.phase)) screen.step(progress.text ?? progress.phase);
    if (command === "prepare") prepared.add(progress.phase);
  });
  if (started.child.pid !== undefined) follow(started.child.pid);
  return started;
}

async function startVite(platform: Platform): Promise<string> {
  const port = await freePort(platform.port + 1);
  const args = [
    "dev",
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--strictPort",
    "--config",
    inRoot("vite.config.ts"),
  ];
  const child = startGroup(viteBin, args, {
    cwd: inRoot(),
    env: { ...process.env, MDT_WORKER: platform.url },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (child.pid === undefined) throw new Error("vite could not be started");
  follow(child.pid);
  return `http://127.0.0.1:${port}`;
}

async function greet(platform: Platform): Promise<void> {
  const path = await createSignInLink(platform.url, platform.ownerSecret);
  screen.say(
    `\n  Open ${url}${path}\n  (the link signs in once, within 10 minutes; press Enter for a new one)\n`,
  );
}

/** The second start: the first one's address, with a fresh link, and success. */
async function greetAgain(running: string | null): Promise<void> {
  if (running === null) return screen.say("  another `npm start` is still starting here");
  const { ownerSecret } = localSecrets(stateDir);
  screen.say(`  already running: ${running}${await createSignInLink(running, ownerSecret)}`);
}

function offerNewLinks(platform: Platform): void {
  if (!process.stdin.isTTY) return;
  process.stdin.on("data", () => void greet(platform).catch((error: unknown) => screen.say(String(error))));
}

/** The local runtime never fires cron triggers by itself. */
async function tickCron({ url, ownerSecret }: Platform): Promise<void> {
  const headers = { authorization: `Bearer ${ownerSecret}` };
  while (!ending) {
    await sleep(60_000, undefined, { ref: false });
    const asked = { method: "POST", headers, signal: AbortSignal.timeout(55_000) };
    await fetch(`${url}/v1/sweep`, asked).catch(
      (error: unknown) =>
        ending || screen.say(`  the scheduled sweep could not be started: ${String(error)}`),
    );
  }
}

function sayBuilt(name: string, seconds: number): void {
  screen.step(seconds === 0 ? `${name} up to date` : `${name} built in ${seconds.toFixed(1)} s`);
}

function follow(pid: number): void {
  groups.push(record(pid));
  noteRunning();
}

function noteRunning(): void {
  writeRunning(stateDir, { supervisor: record(process.pid), groups, url });
}

async function end(code: number, message: string): Promise<void> {
  if (ending) return;
  ending = true;
  screen.say(message);
  // Senders first, so that nothing is refused in the last second.
  for (const { pid } of groups.toReversed()) await endGroup(pid);
  releaseLock(stateDir);
  process.exit(code);
}

await main().catch((error: unknown) =>
  end(1, `\n  ${error instanceof Error ? error.message : String(error)}`),
);
