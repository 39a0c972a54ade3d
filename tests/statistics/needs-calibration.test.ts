import { describe, expect, it } from "vitest";
import { needsCalibration } from "#core/methods/estimation/needs-calibration.ts";
import { randomSource } from "#core/methods/seeded-random.ts";
import { Comparison, kernels } from "./comparison.ts";
import { readModel } from "./model-rows.ts";
import { present, readOracle, readPeer } from "./reference-data.ts";

/** Scores that are what they say, and the same bent towards the ends. */
function simulated(kernel: (typeof kernels)[number], rows: number, seed: number) {
  const random = randomSource(kernel, seed);
  const right = Float64Array.from({ length: rows }, () => random.uniform());
  const labels = Array.from(right, (score) => Number(random.uniform() < score));
  const bent = right.map((score) => (score * score) / (score * score + (1 - score) * (1 - score)));
  return { right, bent, labels };
}

describe.each(kernels)("whether scores need calibration, by the $name kernel", (kernel) => {
  it("is decided as NannyML decides it, with errors near its own random folds'", () => {
    const comparison = new Comparison("cbpe, verification");
    if (present) {
      const { cases } = readOracle<{
        cases: { id: "car_loan" | "elec2"; nannyml_needs_calibration: boolean }[];
      }>("cbpe");
      for (const { id, nannyml_needs_calibration } of cases) {
        const { scores, labels } = readModel(id, "reference");
        const found = needsCalibration(kernel, scores, labels);
        expect(found.needed, id).toBe(nannyml_needs_calibration);
        if (id !== "car_loan") continue;
        const { cbpe_calibration } = readPeer<{
          cbpe_calibration: { ece_before: number; ece_after: number };
        }>("verification");
        // Theirs are of 50,000 draws from the 50,000 rows: a calibration error of that size varies by about 0.002.
        comparison.check("before", found.before, cbpe_calibration.ece_before, {
          relative: 0,
          absolute: 2e-3,
        });
        comparison.check("after", found.after, cbpe_calibration.ece_after, { relative: 0, absolute: 2e-3 });
      }
    }
    comparison.finish(kernel.name);
  });

  it("says yes to bent scores, and sees that the map repairs them", () => {
    const { right, bent, labels } = simulated(kernel, 4000, 7);
    const found = needsCalibration(kernel, bent, labels);
    expect(found.needed).toBe(true);
    expect(found.before).toBeGreaterThan(0.05);
    expect(found.after).toBeLessThan(0.03);
    expect(needsCalibration(kernel, right, labels).before).toBeLessThan(0.03);
  });

  it("says no where the classes are parted, and nothing where there is too little", () => {
    const scores = Float64Array.from({ length: 200 }, (_, row) => row / 200);
    const parted = Array.from(scores, (score) => Number(score >= 0.5));
    expect(needsCalibration(kernel, scores, parted).needed).toBe(false);
    expect(needsCalibration(kernel, scores, new Uint8Array(200)).needed).toBeNull();
    expect(needsCalibration(kernel, scores.fill(NaN), parted).needed).toBeNull();
    expect(needsCalibration(kernel, new Float64Array(), []).needed).toBeNull();
    expect(() => needsCalibration(kernel, new Float64Array(1), [])).toThrow(RangeError);
    expect(() => needsCalibration(kernel, new Float64Array(), [], { folds: 1 })).toThrow(RangeError);
  });
});
