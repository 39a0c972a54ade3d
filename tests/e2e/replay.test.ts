import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DriftHistory, Performance } from "#core/domain/api.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import { createClient } from "../../client/http.ts";
import { minuteOf, replayFromMs } from "../../examples/flights/calendar.ts";
import { readPosition } from "../../examples/flights/cursor.ts";
import { rowsOfHours, type Dataset } from "../../examples/flights/dataset.ts";
import { digest } from "../../examples/flights/digest.ts";
import { demoModels } from "../../examples/flights/models.ts";
import { prepare } from "../../examples/flights/prepare.ts";
import { profileReference } from "../../examples/flights/profile.ts";
import { replay } from "../../examples/flights/replay.ts";
import { setUpModel } from "../../examples/flights/setup.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import type { Platform } from "../../scripts/platform.ts";
import { caller, eventually, temporaryPlatform } from "./scenario.ts";

describe("the replay of the flights", () => {
  const [model] = demoModels;
  const days = 4;
  const toMs = replayFromMs + days * DAY_MS;
  let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;
  let platform: Platform;
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await prepare({ toMinute: minuteOf("2001-02-03") });
    temporary = await temporaryPlatform();
    platform = await temporary.start();
  });
  afterAll(() => temporary.dispose());

  it("goes on where it was after a power cut: every flight once, none late, checks and labels complete", async () => {
    const data = digest(dataset);
    const client = createClient({ endpoint: platform.url, key: platform.ownerSecret, attempts: 20 });
    const setUp = (): Promise<void> =>
      setUpModel(client, dataset, model, () => profileReference(nodeKernel(), dataset));
    await setUp();
    const send = async (onStep?: (throughMs: number) => void): ReturnType<typeof replay> => {
      const resumeMs = (await readPosition(client, model.id, data)) ?? replayFromMs;
      return replay({
        client,
        dataset,
        model,
        data,
        resumeMs,
        toMs,
        onStep: (_rows, throughMs) => onStep?.(throughMs),
      });
    };

    // The sender outlives the platform: it waits, and sends again what was not acknowledged.
    let cut: Promise<void> | null = null;
    const first = send((throughMs) => {
      if (cut !== null || throughMs < replayFromMs + 60 * HOUR_MS) return;
      cut = platform.kill().then(async () => {
        platform = await temporary.start();
      });
    });
    expect(await first).toEqual({ rejected: 0, late: 0 });
    expect(cut).not.toBeNull();
    await cut;
    expect(await readPosition(client, model.id, data)).toBe(toMs + DAY_MS);
    // A second start finds everything set up and nothing to send.
    await setUp();
    expect(await send()).toEqual({ rejected: 0, late: 0 });

    const call = caller(platform);
    const range = `from=${replayFromMs}&to=${toMs}`;
    const expected = Array.from({ length: days }, (_, day) => {
      const { start, end } = rowsOfHours(dataset, replayFromMs + day * DAY_MS, 24);
      return end - start;
    });
    // The last day stays open: nothing comes after it that would move the watermark past its end.
    const { checks } = await eventually(60, "a check of each whole day", async () => {
      const { body } = await call<DriftHistory>("GET", `/v1/models/${model.id}/drift/history?${range}`);
      return body.checks.length === days - 1 ? body : null;
    });
    expect(checks.map(({ rows }) => rows)).toEqual(expected.slice(0, -1));
    expect(checks.map(({ revision }) => revision)).toEqual(checks.map(() => 1));
    const performance = await eventually(60, "labels of every flight", async () => {
      const { body } = await call<Performance>("GET", `/v1/models/${model.id}/performance?${range}`);
      return body.windows.every(({ predictions, labelled }) => predictions === labelled) ? body : null;
    });
    expect(performance.windows.map(({ labelled }) => labelled)).toEqual(expected);
    for (const { realised } of performance.windows)
      expect(realised?.metrics.rocAuc?.value).toBeGreaterThan(0.65);
  });
});
