import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "#core/domain/check.ts";
import { DAY_MS, MINUTE_MS } from "#core/domain/limits.ts";
import { Policy } from "#core/domain/policy.ts";
import type { Reference } from "#core/domain/reference.ts";
import { createFolder } from "#core/domain/window.ts";
import { evaluate } from "#core/evaluate.ts";
import { epochMs, minuteOf, minuteToMs } from "../../examples/flights/calendar.ts";
import { readCache } from "../../examples/flights/cache.ts";
import {
  labelColumns,
  predictionColumns,
  rowsOfHours,
  type Dataset,
  type Variant,
} from "../../examples/flights/dataset.ts";
import { digest } from "../../examples/flights/digest.ts";
import { faults, faultTimes } from "../../examples/flights/faults.ts";
import { featureNames } from "../../examples/flights/features.ts";
import { declareFeatures, declareModel, demoModels } from "../../examples/flights/models.ts";
import { ModelInput } from "#core/domain/model.ts";
import { prepare } from "../../examples/flights/prepare.ts";
import { columnsOf, profileReference } from "../../examples/flights/profile.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";

/** From before the first fault to after the last. */
const fromMs = Date.UTC(2001, 3, 20);
const until = "2001-05-20";

describe("the story of the flights", () => {
  const cacheDir = mkdtempSync(join(tmpdir(), "mdt-flights-"));
  const kernel = nodeKernel();
  let dataset: Dataset;
  let reference: Reference;
  beforeAll(async () => {
    dataset = await prepare({ cacheDir, toMinute: minuteOf(until) });
    reference = await profileReference(kernel, dataset);
  }, 120_000);
  afterAll(() => rmSync(cacheDir, { recursive: true, force: true }));

  function checkDays(variant: Variant): Check[] {
    const folder = createFolder(kernel, reference);
    const toMs = epochMs + minuteOf(until) * MINUTE_MS;
    return Array.from({ length: (toMs - fromMs) / DAY_MS }, (_, day) => {
      const windowStartMs = fromMs + day * DAY_MS;
      const { start, end } = rowsOfHours(dataset, windowStartMs, 24);
      return evaluate(kernel, {
        reference,
        policy: Policy.parse({}),
        modelId: "flight-delay",
        monitor: "default",
        windowStartMs,
        windowEndMs: windowStartMs + DAY_MS,
        windowMs: DAY_MS,
        revision: 0,
        configVersion: 1,
        counts: folder.fold(columnsOf(dataset, variant, start, end)),
        rows: end - start,
        complete: true,
        features: declareFeatures(dataset),
      });
    });
  }

  it("shows each injected fault on its first day, in a feature that was injected, and no drift elsewhere", () => {
    const checks = checkDays("faulty");
    for (const check of checks) {
      const fault = faults.find(
        (one) => minuteToMs(one.from) <= check.windowStartMs && check.windowStartMs < minuteToMs(one.to),
      );
      const day = new Date(check.windowStartMs).toISOString().slice(0, 10);
      const drifted = check.features
        // What the model makes of a fault may drift with it.
        .filter(
          ({ verdict, role }) => verdict.status === "drift" && (role === "feature" || fault === undefined),
        )
        .map(({ name }) => name);
      if (fault === undefined) expect({ day, drifted }).toEqual({ day, drifted: [] });
      else expect({ day, drifted: drifted.sort() }).toEqual({ day, drifted: [...fault.features].sort() });
    }
  });

  it("finds no drift in the same days as they were flown", () => {
    expect(checkDays("as-flown").filter(({ status }) => status === "drift")).toEqual([]);
  });

  it("changes nothing outside the faults' features and times", () => {
    for (const name of [...featureNames, "scores" as const]) {
      const [flown, faulty] =
        name === "scores"
          ? [dataset.scores, dataset.faulty.scores]
          : [dataset.columns[name], dataset.faulty.columns[name]];
      for (let row = 0; row < dataset.rows; row++) {
        if (flown[row] === faulty[row]) continue;
        const minute = dataset.minute[row];
        const allowed = faults.some(
          (fault) =>
            fault.from <= minute && minute < fault.to && (name === "scores" || fault.features.includes(name)),
        );
        if (!allowed) expect.fail(`${name} of row ${row} changed without a fault`);
      }
    }
  });

  it("says at which dates which features were injected", () => {
    const days = faults.map((fault) => {
      const { fromMs: from, toMs: to } = faultTimes(fault);
      return [new Date(from).toISOString().slice(0, 10), (to - from) / DAY_MS, ...fault.features];
    });
    expect(days).toEqual([
      ["2001-04-24", 3, "origin_delay", "inbound_delay", "destination_delay"],
      ["2001-05-02", 7, "distance"],
      ["2001-05-16", 2, "origin"],
    ]);
    const [flown, faulty] = demoModels.map((model) => ModelInput.parse(declareModel(dataset, model)));
    expect(flown.annotations).toEqual([]);
    expect(faulty.annotations.map(({ kind }) => kind)).toEqual(["injected", "injected", "injected"]);
    for (const { text } of faulty.annotations) expect(text).toMatch(/^Injected: /);
  });

  it("loses about a fifth of the origins while they are missing", () => {
    const { start, end } = rowsOfHours(dataset, Date.UTC(2001, 4, 16), 48);
    const { origin } = predictionColumns(dataset, "faulty", start, end);
    expect(origin.filter((code) => code === null).length / origin.length).toBeCloseTo(0.2, 2);
  });

  it("sends labels for the same rows as predictions, with their times", () => {
    const { start, end } = rowsOfHours(dataset, Date.UTC(2001, 1, 3, 4));
    const predictions = predictionColumns(dataset, "as-flown", start, end);
    const labels = labelColumns(dataset, start, end, Date.UTC(2001, 1, 4, 4));
    expect(labels.prediction_id).toEqual(predictions.prediction_id);
    expect(labels.prediction_timestamp).toEqual(predictions.timestamp);
    for (const time of predictions.timestamp)
      expect(new Date(Number(time)).toISOString()).toMatch(/^2001-02-03T04/);
  });

  it("is read back from its file as it was, and not from a file of other code or data", () => {
    const again = readCache(cacheDir);
    expect(again && digest(again)).toBe(digest(dataset));
    const file = join(cacheDir, "flights.bin");
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('"fingerprint":"') + '"fingerprint":"'.length] ^= 1;
    writeFileSync(file, bytes);
    expect(readCache(cacheDir)).toBeNull();
  });
});
