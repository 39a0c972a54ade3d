import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Columns } from "#core/domain/columns.ts";
import type { CategoricalMethod } from "#core/methods/compat/nannyml-categorical.ts";
import { type ContinuousMethod, fitContinuous } from "#core/methods/compat/nannyml-continuous.ts";
import { type NannymlSeries, nannymlUnivariate } from "#core/methods/compat/nannyml.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { tableColumns, tableOf } from "./peer-tables.ts";
import { present, readPeer } from "./reference-data.ts";

/** Six digits are published. */
const published: Tolerance = { relative: 1e-5 };
const close: Tolerance = { relative: 1e-9, absolute: 1e-12 };

interface Row {
  chunk: { key: string; chunk_index: number; period: string };
  debt_to_income_ratio: Record<
    "kolmogorov_smirnov" | "jensen_shannon",
    { value: number; upper_threshold: number; lower_threshold: number | null; alert: boolean }
  >;
}

type Method = NannymlSeries["method"];

/**
 * Made once more from the description of each method, with NumPy 2.4 and SciPy 1.17 (histogram, wasserstein_distance,
 * ks_2samp, jensenshannon with base 2, chi2_contingency): data set, column, method, upper threshold, the values of the first
 * reference chunk and of the first and last monitored chunk, and the p-values of the latter two.
 */
const secondWay: [string, string, Method, number | null, number[], number[] | null][] = [
  [
    "car_loan",
    "car_value",
    "wasserstein",
    401.01015003186706,
    [207.98413654032737, 348.3693968087522, 19061.621573090004],
    null,
  ],
  [
    "car_loan",
    "car_value",
    "kolmogorov_smirnov",
    0.01942571438136911,
    [0.010299999999984766, 0.013080000000022962, 0.43838000000000027],
    null,
  ],
  [
    "car_loan",
    "car_value",
    "jensen_shannon",
    0.03526191902692365,
    [0.029673600705003664, 0.026193454721509822, 0.46782687153282126],
    null,
  ],
  [
    "car_loan",
    "car_value",
    "hellinger",
    0.029387310241810148,
    [0.024714482584209798, 0.021811626645957424, 0.41595250965267533],
    null,
  ],
  [
    "car_loan",
    "driver_tenure",
    "wasserstein",
    0.04330724385916157,
    [0.01876084804772356, 0.08800618429512448, 0.014939890457363592],
    null,
  ],
  [
    "car_loan",
    "driver_tenure",
    "kolmogorov_smirnov",
    0.017341716512376332,
    [0.009740000000029059, 0.021139999999967185, 0.00620000000004739],
    null,
  ],
  [
    "car_loan",
    "driver_tenure",
    "jensen_shannon",
    0.03919204892591778,
    [0.022871271048875524, 0.030935546471599122, 0.02791913701777078],
    null,
  ],
  [
    "car_loan",
    "driver_tenure",
    "hellinger",
    0.032637229207740384,
    [0.019045729932821297, 0.025765321631142923, 0.023252000451281913],
    null,
  ],
  [
    "car_loan",
    "salary_range",
    "chi2",
    null,
    [2.898780551853164, 1.0336828901504167, 474.89177543855965],
    [0.7931024413491178, 1.317377494351182e-102],
  ],
  [
    "car_loan",
    "salary_range",
    "jensen_shannon",
    0.017708779679749622,
    [0.010810973139001671, 0.006396735063285493, 0.19034953186695797],
    null,
  ],
  [
    "car_loan",
    "salary_range",
    "hellinger",
    0.014743938062536847,
    [0.00900098770398793, 0.005325650838850473, 0.16688311269108924],
    null,
  ],
  [
    "car_loan",
    "salary_range",
    "l_infinity",
    0.01660637230161356,
    [0.0063600000000000045, 0.006159999999999999, 0.09356],
    null,
  ],
  [
    "car_loan",
    "repaid_loan_on_prev_car",
    "chi2",
    null,
    [0.4146056598087805, 1.703194581236305, 1227.5367324097056],
    [0.19187072494440083, 6.322009262390998e-269],
  ],
  [
    "car_loan",
    "repaid_loan_on_prev_car",
    "jensen_shannon",
    0.01473431397341744,
    [0.004151429802720407, 0.008307803433873944, 0.23640792669836092],
    null,
  ],
  [
    "car_loan",
    "repaid_loan_on_prev_car",
    "hellinger",
    0.01226721251056345,
    [0.003456295624513469, 0.006916728577951671, 0.19790309821650032],
    null,
  ],
  [
    "car_loan",
    "repaid_loan_on_prev_car",
    "l_infinity",
    0.01726475793255942,
    [0.004860000000000031, 0.009739999999999971, 0.25706000000000007],
    null,
  ],
  [
    "titanic",
    "Age",
    "wasserstein",
    11.648558019935766,
    [3.679502801120448, 3.291078431372549, 11.032324929971988],
    null,
  ],
  [
    "titanic",
    "Age",
    "kolmogorov_smirnov",
    0.5837060928133626,
    [0.13235294117647056, 0.13781512605042018, 0.4782913165266106],
    null,
  ],
  [
    "titanic",
    "Age",
    "jensen_shannon",
    0.8107123270800325,
    [0.15978702691480204, 0.296618435762889, 0.6389981212507478],
    null,
  ],
  [
    "titanic",
    "Age",
    "hellinger",
    0.7678530275251697,
    [0.13895652429719418, 0.2778073870373719, 0.6114599600335453],
    null,
  ],
  [
    "titanic",
    "Fare",
    "wasserstein",
    26.00068806427798,
    [4.111363978108172, 5.878131811338308, 14.755042887205384],
    null,
  ],
  [
    "titanic",
    "Fare",
    "kolmogorov_smirnov",
    0.810289228280145,
    [0.07396057957855712, 0.09216829542032795, 0.30513468013468015],
    null,
  ],
  [
    "titanic",
    "Fare",
    "jensen_shannon",
    0.38557209859783903,
    [0.16186230725901518, 0.17934967931496967, 0.34264697372875086],
    null,
  ],
  [
    "titanic",
    "Fare",
    "hellinger",
    0.3762253909259085,
    [0.1583497336113472, 0.17542139201290474, 0.3287654034065124],
    null,
  ],
  [
    "titanic",
    "Embarked",
    "chi2",
    null,
    [0.728086990443661, 4.413153828870471, 3.1117212545006705],
    [0.11007680666535341, 0.21100770549265485],
  ],
  [
    "titanic",
    "Embarked",
    "jensen_shannon",
    0.8487234203901378,
    [0.03975799298465764, 0.1318778891450918, 0.21871388396923336],
    null,
  ],
  [
    "titanic",
    "Embarked",
    "hellinger",
    0.8052326389180287,
    [0.03310639586958148, 0.11001783415102227, 0.1834585440781372],
    null,
  ],
  [
    "titanic",
    "Embarked",
    "l_infinity",
    0.8739785144626211,
    [0.042591267000715916, 0.13904359516036113, 0.22440944881889768],
    null,
  ],
  [
    "titanic",
    "Sex",
    "chi2",
    null,
    [1.6435203440106283, 0.10775436397281615, 0.2478008837073239],
    [0.7427153889328045, 0.6186278170948194],
  ],
  [
    "titanic",
    "Sex",
    "jensen_shannon",
    0.44050397604307767,
    [0.06495754189681893, 0.033255922496469595, 0.1269952871392583],
    null,
  ],
  [
    "titanic",
    "Sex",
    "hellinger",
    0.4287878414444412,
    [0.05409662946163701, 0.027689644221677197, 0.10583883602098856],
    null,
  ],
  [
    "titanic",
    "Sex",
    "l_infinity",
    0.35212072965604996,
    [0.07455327305514581, 0.03783088335933871, 0.1475869809203143],
    null,
  ],
];

const tables = new Map<string, Columns>();

function table(name: string): Columns {
  if (!tables.has(name)) tables.set(name, tableColumns(name));
  return tables.get(name)!;
}
const both = (name: string): [Columns, Columns] => [table(`${name}_reference`), table(`${name}_monitored`)];

describe.each(kernels)("NannyML's univariate drift, by the $name kernel", (kernel) => {
  it("is what its tutorial prints", () => {
    const comparison = new Comparison("univariate_debt_to_income_ratio");
    if (present) {
      const methods = ["kolmogorov_smirnov", "jensen_shannon"] as const;
      const series = nannymlUnivariate(kernel, ...both("car_loan"), {
        columns: ["debt_to_income_ratio"],
        continuousMethods: methods,
      });
      const rows = readPeer<{ tables: Row[][] }>("univariate_debt_to_income_ratio").tables.flat();
      for (const { chunk, debt_to_income_ratio: expected } of rows)
        methods.forEach((method, i) => {
          const { thresholds, ...sides }: NannymlSeries = series[i];
          const side = chunk.period === "reference" ? sides.reference : sides.current;
          const ours = side[chunk.chunk_index];
          const where = `${chunk.period} ${chunk.key} ${method}`;
          expect([ours.key, ours.alert]).toEqual([chunk.key, expected[method].alert]);
          expect(thresholds.lower).toBe(expected[method].lower_threshold);
          comparison.check(where, ours.value, expected[method].value, published);
          comparison.check(`${where} upper`, thresholds.upper!, expected[method].upper_threshold, published);
        });
    }
    comparison.finish(kernel.name);
  });

  it("has the values of every method, once more from their descriptions", () => {
    const comparison = new Comparison("values made with NumPy and SciPy");
    if (present)
      for (const [name, column, method, upper, values, pValues] of secondWay) {
        const [reference, current] = both(name);
        const [series] = nannymlUnivariate(kernel, reference, current, {
          columns: [column],
          continuousMethods: [method as ContinuousMethod],
          categoricalMethods: [method as CategoricalMethod],
        });
        const chunks = [series.reference[0], series.current[0], series.current.at(-1)!];
        const where = `${name} ${column} ${method}`;
        chunks.forEach(({ value }, i) => comparison.check(`${where} ${i}`, value, values[i], close));
        if (upper === null) expect(series.thresholds).toEqual({ lower: null, upper: null });
        else comparison.check(`${where} upper`, series.thresholds.upper!, upper, close);
        const alerts = chunks.slice(1).map(({ alert }) => alert);
        if (pValues) {
          chunks
            .slice(1)
            .forEach(({ pValue }, i) =>
              comparison.check(`${where} p ${i}`, pValue!, pValues[i], { relative: 1e-8 }),
            );
          expect(alerts).toEqual(pValues.map((p) => p < 0.05));
        } else expect(alerts).toEqual(values.slice(1).map((value) => value > upper!));
      }
    comparison.finish(kernel.name);
  });

  it("on bins counts rows beyond a large reference", () => {
    // From the same descriptions: 12,000 reference rows 0 … 12.006, chunks with and without rows beyond them.
    const reference = Float64Array.from({ length: 12_000 }, (_, i) => ((i * 7919) % 12_007) / 1000).sort();
    const chunk = Float64Array.of(-3, -1, -0.5, 2, 5, 13, 14.5, 20);
    const wasserstein = fitContinuous(kernel, "wasserstein", reference);
    expect(wasserstein(chunk)).toBeCloseTo(4.874878345249977, 10);
    expect(wasserstein(chunk.subarray(3, 6))).toBeCloseTo(1.749003514183162, 10);
    expect(fitContinuous(kernel, "kolmogorov_smirnov", reference)(chunk)).toBeCloseTo(0.375, 10);
  });

  it("has no answer, and no alarm, where there is nothing to compare", () => {
    const odd = tableOf({ number: [NaN, NaN, Infinity], text: ["", "", ""] });
    const fine = tableOf({ number: [1, 2, 3, 4], text: ["a", "b", "a", "b"] });
    for (const [before, now] of [
      [odd, fine],
      [fine, odd],
      [odd, odd],
    ])
      for (const { thresholds, current } of nannymlUnivariate(kernel, before, now, everyMethod)) {
        if (before === odd) expect(thresholds.upper).toBeNull();
        for (const { value, alert } of current) expect([value, alert]).toEqual([NaN, false]);
      }
    const none = tableOf({ number: [], text: [] });
    expect(nannymlUnivariate(kernel, none, none)).toHaveLength(2);
    expect(() => nannymlUnivariate(kernel, fine, tableOf({ number: [1] }))).toThrow(RangeError);
    expect(() => nannymlUnivariate(kernel, fine, tableOf({ number: ["a"], text: ["b"] }))).toThrow(
      RangeError,
    );
  });

  it("answers within each method's range for any numbers", () => {
    const anything = fc.array(fc.double(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anything, anything, (before, now) => {
        const tables = [before, now].map((values) => tableOf({ number: values }));
        for (const { method, reference, current } of nannymlUnivariate(
          kernel,
          tables[0],
          tables[1],
          everyMethod,
        ))
          for (const { value } of [...reference, ...current]) {
            if (Number.isNaN(value)) continue;
            expect(value).toBeGreaterThanOrEqual(0);
            if (method !== "wasserstein") expect(value).toBeLessThanOrEqual(1 + 1e-12);
          }
      }),
    );
  });
});

const everyMethod = {
  continuousMethods: ["kolmogorov_smirnov", "wasserstein", "jensen_shannon", "hellinger"],
  categoricalMethods: ["chi2", "jensen_shannon", "hellinger", "l_infinity"],
} as const;
