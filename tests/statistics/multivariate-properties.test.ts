/** Laws of the methods that look at many features at once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import { symmetricEigen } from "#core/methods/multivariate/eigen.ts";
import { learnEncoding, standardised } from "#core/methods/multivariate/encoded-columns.ts";
import { hotelling } from "#core/methods/multivariate/hotelling.ts";
import { mmd } from "#core/methods/multivariate/mmd.ts";
import { learnPca, reconstructionErrors } from "#core/methods/multivariate/pca-reconstruction.ts";
import { kernels } from "./comparison.ts";
import { categorical, numeric } from "./synthetic.ts";

const size = 4;
const matrix = fc
  .array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: size * size, maxLength: size * size })
  .map((entries) =>
    // Symmetric: the mean of the matrix and its mirror image.
    Float64Array.from(
      entries,
      (entry, at) => (entry + entries[(at % size) * size + Math.floor(at / size)]) / 2,
    ),
  );
const rows = fc.array(
  fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 })
    .map((row) => Float64Array.from(row)),
  { minLength: 2, maxLength: 12 },
);
const oddNumber = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 5e-324),
  fc.double({ min: -10, max: 10, noNaN: true }),
);
const odd = fc.array(oddNumber, { maxLength: 9 });
const columnsOf = (data: Float64Array[], order = [0, 1, 2]): Map<string, Column> =>
  new Map(order.map((i) => [`x${i}`, { kind: "numeric", values: Float64Array.from(data, (row) => row[i]) }]));

describe("eigenvectors", () => {
  it("rebuild the matrix, stand at right angles, and descend", () => {
    fc.assert(
      fc.property(matrix, (entries) => {
        const { values, vectors } = symmetricEigen(entries, size);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++) {
            const rebuilt = values.reduce((sum, value, k) => sum + value * vectors[k][i] * vectors[k][j], 0);
            expect(rebuilt).toBeCloseTo(entries[i * size + j], 9);
            const angle = vectors[i].reduce((sum, entry, k) => sum + entry * vectors[j][k], 0);
            expect(angle).toBeCloseTo(i === j ? 1 : 0, 9);
          }
      }),
      { numRuns: 200 },
    );
  });
});

describe("encoded columns", () => {
  it("are the reference's shares: 0 for what it never had, the most frequent one's for what is missing", () => {
    const reference = categorical(["a", "a", "b", null]);
    const encoding = learnEncoding(reference);
    const { mean, std } = encoding;
    expect(mean).toBeCloseTo(7 / 12, 12);
    const back = [...standardised(encoding, categorical(["b", "new", null, "a"]))].map((x) => x * std + mean);
    [1 / 3, 0, 2 / 3, 2 / 3].forEach((share, i) => expect(back[i]).toBeCloseTo(share, 12));
    expect(() => standardised(encoding, numeric([1]))).toThrow(RangeError);
  });

  it("are numbers, whatever came in", () => {
    fc.assert(
      fc.property(odd, odd, (r, c) => {
        for (const column of [
          numeric,
          (values: number[]) => categorical(values.map((x) => (x > 0 ? `${x}` : null))),
        ]) {
          const encoding = learnEncoding(column(r));
          for (const value of standardised(encoding, column(c))) expect(value).not.toBeNaN();
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("reconstruction errors", () => {
  const odder = (values: number[]): Map<string, Column> =>
    new Map<string, Column>([
      ["x", numeric(values)],
      ["y", numeric([...values].reverse())],
      ["constant", numeric(values.map(() => 1e308))],
      ["k", categorical(values.map((x) => (x > 0 ? `${x}` : null)))],
    ]);

  it("are never negative and one a row, from one row on and with more columns than rows", () => {
    fc.assert(
      fc.property(odd, odd, (r, c) => {
        const errors = reconstructionErrors(learnPca(odder(r)), odder(c));
        expect(errors).toHaveLength(c.length);
        for (const error of errors) expect(error).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
    const [one] = reconstructionErrors(learnPca(odder([3])), odder([7]));
    expect(one).toBe(0);
  });

  it("do not mind the order of rows", () => {
    fc.assert(
      fc.property(rows, (data) => {
        const [there, back] = [columnsOf(data), columnsOf([...data].reverse())];
        const { eigenvalues, components } = learnPca(there);
        const cut = components.length;
        if (cut < 3 && eigenvalues[cut - 1] - eigenvalues[cut] < 1e-6) return;
        const errors = reconstructionErrors(learnPca(there), there);
        reconstructionErrors(learnPca(back), back).forEach((error, i) =>
          expect(error).toBeCloseTo(errors[errors.length - 1 - i], 6),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(kernels)("many features, with the $name kernel", (kernel) => {
  it("have the eigenvalues that the kernel finds", () => {
    fc.assert(
      fc.property(matrix, (entries) => {
        const found = symmetricEigen(entries, size).values;
        kernel
          .symmetricEigenvalues(entries, size)
          .forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9));
      }),
      { numRuns: 100 },
    );
  });

  it("are 0 apart from themselves, as far there as back, and never less than 0", () => {
    fc.assert(
      fc.property(rows, rows, (r, c) => {
        const [there, back] = [mmd(kernel, r, c), mmd(kernel, c, r)];
        if (Number.isNaN(there.biased)) expect(back.biased).toBeNaN();
        else {
          expect(there.biased).toBeGreaterThan(-1e-12);
          expect(back.biased).toBeCloseTo(there.biased, 12);
          expect(mmd(kernel, r, r, there.bandwidth).biased).toBeCloseTo(0, 12);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("give the same T² in any order of rows and in any unit", () => {
    fc.assert(
      fc.property(rows, rows, (r, c) => {
        const found = hotelling(kernel, r, c);
        if (Number.isNaN(found.statistic)) return;
        const scaled = (data: Float64Array[]): Float64Array[] =>
          [...data].reverse().map((row) => row.map((x, i) => x * (i + 1) * 10 + 5));
        const again = hotelling(kernel, scaled(r), scaled(c));
        expect(again.statistic / (found.statistic || 1)).toBeCloseTo(
          found.statistic === 0 ? again.statistic : 1,
          6,
        );
      }),
      { numRuns: 100 },
    );
  });

  it("are rebuilt without error from all components, and alike in any order of columns", () => {
    fc.assert(
      fc.property(rows, (data) => {
        const whole = reconstructionErrors(learnPca(columnsOf(data), 1), columnsOf(data));
        whole.forEach((error) => expect(error).toBeCloseTo(0, 6));
        const [one, other] = [columnsOf(data), columnsOf(data, [2, 0, 1])];
        // Where two eigenvalues are equal the axes between them are anybody's choice.
        const { eigenvalues, components } = learnPca(one);
        const cut = components.length;
        if (cut < 3 && eigenvalues[cut - 1] - eigenvalues[cut] < 1e-6) return;
        const errors = reconstructionErrors(learnPca(one), one);
        reconstructionErrors(learnPca(other), other).forEach((error, i) =>
          expect(error).toBeCloseTo(errors[i], 6),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("have no answer that is made up, for odd rows", () => {
    const oddRows = fc.array(
      fc.tuple(oddNumber, oddNumber).map((row) => Float64Array.from(row)),
      { maxLength: 7 },
    );
    fc.assert(
      fc.property(oddRows, oddRows, (r, c) => {
        const finite = [...r, ...c].every((row) => row.every(Number.isFinite));
        const [distance, means] = [mmd(kernel, r, c), hotelling(kernel, r, c)];
        if (!finite) {
          expect(distance.biased).toBeNaN();
          expect(means.statistic).toBeNaN();
        }
        if (!Number.isNaN(means.statistic)) expect(means.statistic).toBeGreaterThanOrEqual(0);
        if (!Number.isNaN(distance.biased)) expect(distance.biased).toBeLessThan(2 + 1e-12);
      }),
      { numRuns: 300 },
    );
  });
});
