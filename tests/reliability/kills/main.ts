import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPlatform, type Platform } from "../../../scripts/platform.ts";
import { freePort } from "../../../scripts/ports.ts";
import { seededUniform } from "../../core-as/seeded.ts";
import { Ledger } from "./ledger.ts";
import { createModel, Senders, type Api } from "./senders.ts";

export interface KillsResult {
  seed: number;
  kills: number;
  batches: number;
  rows: number;
  /** Sendings that got no answer: what was cut off by a kill, and what came while nobody listened. */
  unanswered: number;
  /** From the kill until the platform answers again; and for scale, the same after a stop in good order. */
  backMs: { median: number; most: number; afterStop: number };
  /** What was lost or doubled, in sentences. */
  wrong: string[];
}

/** A kill comes this long after the platform is back: from the first writes to folds, hand-overs and checks. */
const longestRunMs = 3000;

/**
 * Kills the process group of the local platform again and again while senders send, and looks each time at what is there: not
 * less than was acknowledged, not more than was sent. In the end all is acknowledged, and counted once.
 */
export async function killAgainAndAgain(
  { kills, seed }: { kills: number; seed: number },
  say: (line: string) => void,
  isEnough: () => boolean,
): Promise<KillsResult> {
  const draw = seededUniform(seed);
  const stateDir = mkdtempSync(join(tmpdir(), "mdt-kills-"));
  const port = await freePort(7380);
  const ledger = new Ledger();
  const wrong: string[] = [];
  const backMs: number[] = [];
  let platform: Platform | null = null;
  try {
    platform = await startPlatform({ stateDir, port });
    await platform.stop();
    const startedMs = performance.now();
    platform = await startPlatform({ stateDir, port });
    const afterStop = Math.round(performance.now() - startedMs);
    const api: Api = { url: platform.url, ownerSecret: platform.ownerSecret };
    await createModel(api);
    const senders = new Senders(api, ledger, draw);
    for (let killed = 0; killed < kills && !isEnough(); killed++) {
      await sleep(draw() * longestRunMs);
      await platform.kill();
      const killedMs = performance.now();
      platform = await startPlatform({ stateDir, port });
      backMs.push(performance.now() - killedMs);
      const before = ledger.acknowledgedRows;
      const rows = await senders.countRows();
      const sent = ledger.sentRows;
      if (rows < before)
        wrong.push(`after kill ${killed + 1}: ${before} rows were acknowledged, ${rows} are there`);
      if (rows > sent) wrong.push(`after kill ${killed + 1}: ${sent} rows were sent, ${rows} are there`);
      if ((killed + 1) % Math.max(1, Math.ceil(kills / 20)) === 0)
        say(
          `${killed + 1} of ${kills} kills, ${rows} rows, ${wrong.length} wrong, back in ${median(backMs)} ms`,
        );
    }
    await senders.finish();
    say(`${ledger.batches.length} batches are acknowledged; each is sent once more`);
    wrong.push(...(await senders.compare(say)));
    return {
      ...{ seed, kills: backMs.length, batches: ledger.batches.length, rows: ledger.sentRows },
      unanswered: senders.unanswered,
      backMs: { median: median(backMs), most: Math.round(Math.max(...backMs)), afterStop },
      wrong,
    };
  } finally {
    await platform?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0);
