import { describe, expect, it } from "vitest";
import { featureRows, heatmapOrder } from "../../app/lib/queries/feature-rows.ts";
import { driftedFeatures } from "../../app/lib/queries/incident-features.ts";
import type { Importances } from "#core/domain/importances.ts";
import type { Feature } from "#core/domain/model.ts";
import type { Incident } from "#core/domain/incident.ts";
import { day, feature } from "./history.ts";

const declared = (name: string): Feature => ({ name, type: "numeric", role: "feature" });

describe("the feature table", () => {
  it("puts drift first, then what drifts most in what matters most", () => {
    const features = ["calm", "small", "large", "loud"].map(declared);
    const importances: Importances = {
      source: "given",
      features: [
        { name: "calm", importance: 90 },
        { name: "small", importance: 50 },
        { name: "large", importance: 20 },
        { name: "loud", importance: 1 },
      ],
      fidelity: null,
    };
    const check = day(0, [
      feature("calm", "ok", 0.001),
      feature("small", "ok", 0.02),
      feature("large", "ok", 0.04),
      feature("loud", "drift", 0.2),
    ]);
    const rows = featureRows([check], check, features, importances);
    expect(rows.map(({ name }) => name)).toEqual(["loud", "small", "large", "calm"]);
    expect(rows.map(({ importance }) => importance)).toEqual([1, 50, 20, 90].map((part) => part / 161));
    // Without importances by drift alone; one that nobody knows counts as an average one.
    const byDrift = featureRows([check], check, features, null);
    expect(byDrift.map(({ name }) => name)).toEqual(["loud", "large", "small", "calm"]);
    const some = { ...importances, features: importances.features.slice(0, 2) };
    expect(featureRows([check], check, features, some).map(({ name }) => name)).toEqual([
      "loud",
      "large",
      "small",
      "calm",
    ]);
  });

  it("shows the effect in units of the feature's drift gate, and its way there", () => {
    const checks = [0.05, 0.1, 0.2].map((effect, i) => day(i, [feature("hour", "ok", effect)]));
    const [row] = featureRows(checks, checks[1], [declared("hour")], null);
    expect(row.strength).toBeCloseTo(1);
    expect(row.trend).toEqual([0.5, 1]);
  });

  it("keeps features that are no longer declared", () => {
    const check = day(0, [feature("gone", "ok", 0.01)]);
    expect(featureRows([check], check, [], null)[0]).toMatchObject({
      name: "gone",
      type: "",
      importance: null,
    });
  });
});

describe("the heatmap's rows", () => {
  it("start with the feature that drifted most often", () => {
    const checks = [
      day(0, [feature("a", "ok", 0.01), feature("b", "drift", 0.2)]),
      day(1, [feature("a", "warning", 0.07), feature("b", "ok", 0.01)]),
    ];
    expect(heatmapOrder(checks, [declared("a"), declared("b"), declared("c")])).toEqual(["b", "a", "c"]);
  });
});

describe("an incident's features", () => {
  it("are those that drifted, by how many windows, with their largest effect", () => {
    const entry = (index: number, features: Incident["entries"][number]["features"]) => ({
      checkId: String(index),
      windowStartMs: index,
      windowEndMs: index + 1,
      revision: 0,
      status: "drift" as const,
      features,
    });
    const one = (name: string, status: "drift" | "warning", effect: number) => ({
      ...{ name, status, effect, effectName: "ks gap" },
    });
    const entries = [
      entry(0, [one("a", "drift", 0.9), one("b", "drift", 0.2), one("c", "warning", 0.08)]),
      entry(1, [one("b", "drift", 0.4)]),
    ];
    expect(driftedFeatures({ entries } as Incident)).toEqual([
      { name: "b", windows: 2, largest: 0.4, effectName: "ks gap" },
      { name: "a", windows: 1, largest: 0.9, effectName: "ks gap" },
    ]);
  });
});
