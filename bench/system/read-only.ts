/** A scenario's load on a Worker that only reads it (reader.ts). */
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot } from "../../scripts/paths.ts";
import { freePort, isOpen } from "../../scripts/ports.ts";
import { endGroup, startGroup } from "../../scripts/processes.ts";
import { sendLoad } from "./load.ts";
import type { Scenario } from "./scenarios.ts";
import { featuresOf } from "./set-up.ts";
import { shotsOf } from "./shots.ts";

export interface ReadOnly {
  /** Of bodies that were read: nothing is done with their rows. */
  rowsPerSecond: number;
  /** Processor time of the process that runs the Worker. */
  cpuMsPerBatch: number | null;
}

const [warmUpSeconds, seconds] = [2, 8];

export async function readOnly(scenario: Scenario): Promise<ReadOnly> {
  const port = await freePort(4900 + (process.pid % 100));
  const child = startGroup(inRoot("bench", "system", "reader.ts"), ["--port", String(port)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const group = child.pid;
  if (group === undefined) throw new Error("the reader's process could not be started");
  try {
    while (!(await isOpen(port))) {
      if (child.exitCode !== null) throw new Error(`the reader ended with ${child.exitCode}`);
      await sleep(50);
    }
    const shot = shotsOf(scenario, [scenario.name], featuresOf(scenario));
    const load = {
      url: `http://127.0.0.1:${port}`,
      key: "none",
      group,
      connections: scenario.connections,
      shot,
    };
    await sendLoad({ ...load, seconds: warmUpSeconds });
    const result = await sendLoad({ ...load, seconds });
    const { batches, cpu } = result;
    if (batches === 0 || result.failed > 0) throw new Error(`${result.failed} requests of the reader failed`);
    return {
      rowsPerSecond: Math.round((batches * scenario.rowsPerBatch) / result.seconds),
      cpuMsPerBatch: cpu && Number(((1000 * cpu.workerSeconds) / batches).toPrecision(4)),
    };
  } finally {
    await endGroup(group);
  }
}
