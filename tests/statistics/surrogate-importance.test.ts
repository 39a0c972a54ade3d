/** Importances of a likeness: found in the order and size that the model has them, and said to be none where it has none. */
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import type { ReferenceInput } from "#core/reference/build.ts";
import { importancesOf } from "#core/reference/importances.ts";
import { surrogateImportances } from "#core/methods/surrogate-importance.ts";
import { categorical, Draws, kernel, numeric } from "./synthetic.ts";
import { tableColumns } from "./peer-tables.ts";
import { present } from "./reference-data.ts";

const draws = new Draws(5);
const rows = 6000;
const normals = (): number[] => Array.from({ length: rows }, () => draws.normal());
const [strong, weak, unused] = [normals(), normals(), normals()];
const kind = Array.from({ length: rows }, (_, row) => (row % 50 === 0 ? null : "abcd"[row % 4]));
const effectOf = { a: 3, b: -3, c: 0, d: 0 } as const;
const answer = strong.map(
  (x, row) => 4 * x + weak[row] + (kind[row] === null ? 0 : effectOf[kind[row] as "a"]),
);
const columns = new Map<string, Column>([
  ["strong", numeric(strong)],
  ["weak", numeric(weak)],
  ["kind", categorical(kind)],
  ["unused", numeric(unused)],
]);
const options = { mostRows: 4000, seed: 1 };

describe("importances of a surrogate", () => {
  it("are how much of the answers' variation hangs on each feature", () => {
    const found = surrogateImportances(kernel, columns, [Float64Array.from(answer)], options)!;
    expect(found.fidelity.rows).toBe(1000);
    expect(found.fidelity.rSquared).toBeGreaterThan(0.97);
    const shares = new Map(found.shares.map(({ name, share }) => [name, share]));
    expect([...shares.values()].reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
    // The variances of the three summands: 16, 1 and 4.5.
    const all = 16 + 1 + 4.5;
    expect(Math.abs(shares.get("strong")! - 16 / all)).toBeLessThan(0.04);
    expect(Math.abs(shares.get("kind")! - 4.5 / all)).toBeLessThan(0.03);
    expect(Math.abs(shares.get("weak")! - 1 / all)).toBeLessThan(0.02);
    expect(shares.get("unused")!).toBeLessThan(0.002);
    expect(surrogateImportances(kernel, columns, [Float64Array.from(answer)], options)).toEqual(found);
  });

  it("count several answers by how much they vary", () => {
    const quiet = Float64Array.from(weak, (x) => x / 1000);
    const found = surrogateImportances(kernel, columns, [Float64Array.from(strong), quiet], options)!;
    const [{ share: ofStrong }, { share: ofWeak }] = found.shares;
    expect(ofStrong).toBeGreaterThan(0.999);
    expect(ofWeak).toBeLessThan(0.001);
  });

  it("are none where the answers have nothing to do with the features, do not vary or are too few", () => {
    const noise = Float64Array.from({ length: rows }, () => draws.normal());
    expect(surrogateImportances(kernel, columns, [noise], options)).toBeNull();
    expect(surrogateImportances(kernel, columns, [new Float64Array(rows).fill(2)], options)).toBeNull();
    const few = Float64Array.from(answer, (value, row) => (row < 99 ? value : NaN));
    expect(surrogateImportances(kernel, columns, [few], options)).toBeNull();
    expect(surrogateImportances(kernel, new Map(), [Float64Array.from(answer)], options)).toBeNull();
    expect(surrogateImportances(kernel, columns, [], options)).toBeNull();
  });

  it("are the declared ones where the model declares some", () => {
    const input: ReferenceInput = {
      features: [
        { name: "strong", type: "numeric", role: "feature", importance: 2 },
        { name: "weak", type: "numeric", role: "feature" },
        { name: "answer", type: "numeric", role: "prediction" },
      ],
      task: "regression",
      columns: { rows, timesMs: null, columns: new Map([...columns, ["answer", numeric(answer)]]) },
      periodMs: 86_400_000,
      seed: 1,
    };
    const declared = { source: "declared", features: [{ name: "strong", importance: 2 }], fidelity: null };
    expect(importancesOf(kernel, input)).toEqual(declared);
    const silent = input.features.map(({ importance: _, ...feature }) => feature);
    expect(importancesOf(kernel, { ...input, features: silent })).toMatchObject({ source: "surrogate" });
  });

  it("repeat the models of the reference data well", () => {
    if (!present) return;
    const models = {
      car_loan: { task: "binary", answer: "y_pred_proba", not: ["y_pred", "repaid"], first: "loan_length" },
      elec2: { task: "binary", answer: "y_pred_proba", not: ["y_pred", "class"], first: "nswprice" },
      bike_sharing: { task: "regression", answer: "prediction", not: ["cnt", "instant"], first: "hr" },
    } as const;
    for (const [data, { task, answer, not, first }] of Object.entries(models)) {
      const columns = tableColumns(`${data}_reference`);
      const features = [...columns.columns]
        .filter(([name]) => !(not as readonly string[]).includes(name))
        .map(([name, { kind: type }]) => {
          const role = name !== answer ? "feature" : task === "binary" ? "score" : "prediction";
          return { name, type, role } as const;
        });
      const found = importancesOf(kernel, { task, features, columns, periodMs: 86_400_000, seed: 1 })!;
      console.log(
        `surrogate of ${data}: R² ${found.fidelity!.rSquared} on ${found.fidelity!.rows} unseen rows`,
      );
      expect(found.fidelity!.rSquared).toBeGreaterThan(0.95);
      const largest = found.features.reduce((most, one) => (one.importance > most.importance ? one : most));
      expect(largest.name).toBe(first);
    }
  });
});
