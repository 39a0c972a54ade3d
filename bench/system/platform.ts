/** A platform of its own for a measurement, that inherits no other's backlog or memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build.ts";
import { startPlatform } from "../../scripts/platform.ts";
import { freePort } from "../../scripts/ports.ts";
import { createKey } from "../../scripts/sign-in.ts";
import type { Api } from "./set-up.ts";

/** @param work gets the API and the pid of the platform's process group */
export async function onPlatform<T>(work: (api: Api, group: number) => Promise<T>): Promise<T> {
  await build({ only: ["kernel", "worker", "dashboard"] });
  const stateDir = mkdtempSync(join(tmpdir(), "mdt-system-"));
  const platform = await startPlatform({ stateDir, port: await freePort(4400 + (process.pid % 400)) });
  try {
    const key = await createKey(platform.url, platform.ownerSecret, "bench");
    return await work({ url: platform.url, key }, platform.pid);
  } finally {
    await platform.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
