/** The tests on two and more numeric samples against SciPy's. Distances and counts are in oracle-two-sample-numeric. */
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { andersonDarlingOnSamples } from "#core/methods/numeric/anderson-darling.ts";
import { anova } from "#core/methods/numeric/anova.ts";
import { brownForsythe } from "#core/methods/numeric/brown-forsythe.ts";
import { energyOnSamples } from "#core/methods/numeric/energy.ts";
import { cramerVonMisesOnSamples } from "#core/methods/numeric/cramer-von-mises.ts";
import { cramerVonMisesSf } from "#core/methods/numeric/cramer-von-mises-limit.ts";
import { eppsSingleton } from "#core/methods/numeric/epps-singleton.ts";
import { kruskalOnSamples } from "#core/methods/numeric/kruskal.ts";
import { type KsLaw, ksOnSamples } from "#core/methods/numeric/ks.ts";
import { mannWhitneyOnSamples } from "#core/methods/numeric/mann-whitney.ts";
import { type Sample as Prepared, sampleOf } from "#core/methods/numeric/sample.ts";
import { tTestOnSamples } from "#core/methods/numeric/t-test.ts";
import { wassersteinOnSamples } from "#core/methods/numeric/wasserstein.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import {
  type OracleNumber,
  present,
  readOracle,
  readSample,
  type Sample,
  toNumber,
} from "./reference-data.ts";

type Group = Record<string, OracleNumber>;

type TestName =
  | "ks"
  | "cramer_von_mises"
  | "mann_whitney"
  | "kruskal"
  | "t_welch"
  | "t_student"
  | "brown_forsythe"
  | "epps_singleton"
  | "anderson_ksamp_midrank"
  | "anderson_ksamp_right";

interface Case {
  id: string;
  ref: Sample;
  cur: Sample;
  unreliable?: string[];
  expected: {
    wasserstein?: OracleNumber;
    wasserstein_norm_ref_std?: OracleNumber;
    energy_distance?: OracleNumber;
  } & Partial<Record<TestName, Group>>;
}

/** A statistic that is nought but for rounding is known to rounding only. */
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-12 };
const probability: Tolerance = { relative: 1e-8, absolute: 1e-300 };
/** Below 1e-100 the oracle itself is good to 1e-6 (its README). */
const tiny: Tolerance = { relative: 1e-6, absolute: 1e-300 };

/** SciPy stops its series for the Cramér–von Mises limit at terms of 1e-7; ours is held to mpmath's below. */
const truncated: Tolerance = { relative: 1e-8, absolute: 1e-6 };
/** SciPy's textbook form of H subtracts two numbers as large as the rows. */
const cancelled: Tolerance = { relative: 1e-9, absolute: 1e-9 };

/**
 * Means near 1e15, a spread of 1: a double has no digits left for their difference, here or there. And two constants have no
 * Epps–Singleton statistic: the library divides rounding by rounding.
 */
const inexact = /^huge_offset2 (t_welch|t_student|wasserstein_norm)|^constant_diff epps_singleton/;

type Answers = Record<string, Record<string, number | null>>;

/** @param exact the tests of which the exact law is asked: it takes its time */
function answersFor(kernel: Kernel, r: Prepared, c: Prepared, exact: Set<string>): Answers {
  const [welch, student] = [tTestOnSamples(kernel, r, c), tTestOnSamples(kernel, r, c, "student")];
  const kruskal = kruskalOnSamples(kernel, [r.sorted, c.sorted]);
  const spread = brownForsythe(kernel, r, c);
  const u = (p: "continuity" | "no-continuity" | "exact") => mannWhitneyOnSamples(kernel, r, c, p);
  const singleton = eppsSingleton(kernel, r, c);
  const ad = (form: "midrank" | "right") => {
    const { statistic: normalised, pValue } = andersonDarlingOnSamples(kernel, [r.sorted, c.sorted], form);
    return { statistic: normalised, p_clipped: pValue };
  };
  const cvm = (by: "asymptotic" | "exact") => cramerVonMisesOnSamples(kernel, r, c, by);
  const ks = (law: KsLaw) => ksOnSamples(kernel, r, c, law);
  const gap = ks("limit");
  return {
    ks: {
      statistic: gap.statistic,
      statistic_greater: gap.greater,
      statistic_less: gap.less,
      p_exact: exact.has("ks") ? ks("exact").pValue : null,
      p_asymp: ks("asymptotic").pValue,
      p_kolmogorov_limit: gap.pValue,
      p_kolmogorov_stephens: ks("stephens").pValue,
    },
    cramer_von_mises: {
      statistic: cvm("asymptotic").statistic,
      p_asymptotic: cvm("asymptotic").pValue,
      p_exact: exact.has("cramer_von_mises") ? cvm("exact").pValue : null,
    },
    anderson_ksamp_midrank: ad("midrank"),
    anderson_ksamp_right: ad("right"),
    epps_singleton: { statistic: singleton.statistic, p: singleton.pValue },
    t_welch: { statistic: welch.statistic, df: welch.dof, p: welch.pValue },
    t_student: { statistic: student.statistic, df: student.dof, p: student.pValue },
    kruskal: { H: kruskal.statistic, p: kruskal.pValue },
    brown_forsythe: { statistic: spread.statistic, p: spread.pValue },
    mann_whitney: {
      U1: u("continuity").statistic,
      p_asymptotic_continuity: u("continuity").pValue,
      p_asymptotic_no_continuity: u("no-continuity").pValue,
      p_exact: u("exact").pValue,
    },
  };
}

function compareCase(
  kernel: Kernel,
  comparison: Comparison,
  { id, ref, cur, unreliable = [], expected }: Case,
): void {
  const [r, c] = [sampleOf(kernel, readSample(ref)), sampleOf(kernel, readSample(cur))];
  const exact = Object.entries(expected).filter(([, group]) =>
    Object.keys(group as object).includes("p_exact"),
  );
  const answers = answersFor(kernel, r, c, new Set(exact.map(([name]) => name)));
  for (const [test, found] of Object.entries(answers)) {
    const group = expected[test as TestName];
    if (!group || unreliable.includes(test)) continue;
    for (const [name, value] of Object.entries(group)) {
      if (name === "scipy_auto_is_exact") continue; // which of the two SciPy would take
      if (name === "critical_values") {
        const { criticalValues } = andersonDarlingOnSamples(kernel, [r.sorted, c.sorted]);
        (value as unknown as number[]).forEach((wanted, i) =>
          comparison.check(`${id} ${test} critical ${i}`, criticalValues[i], wanted, statistic),
        );
        continue;
      }
      const wanted = toNumber(value);
      // Where the library has no defined result ours may say so in its own way.
      if (Number.isNaN(wanted)) continue;
      const isP = name.startsWith("p");
      if (inexact.test(`${id} ${test}`)) continue;
      // Ties carry T past every arrangement of untied values: SciPy says 0, which no arrangement has; we have no p.
      if (test === "cramer_von_mises" && name === "p_exact" && wanted === 0) {
        expect(found[name]).toBeNull();
        continue;
      }
      // The oracle's own pseudo-inverse is good to this (its README).
      const rough = test === "epps_singleton" ? { relative: 1e-6, absolute: 1e-12 } : null;
      if (test === "cramer_von_mises" && name !== "p_exact") {
        comparison.check(`${id} ${test} ${name}`, found[name] ?? NaN, wanted, isP ? truncated : statistic);
        continue;
      }
      const tolerance =
        rough ?? (name === "H" ? cancelled : !isP ? statistic : wanted < 1e-100 ? tiny : probability);
      comparison.check(`${id} ${test} ${name}`, found[name] ?? NaN, wanted, tolerance);
    }
  }
  const area = wassersteinOnSamples(kernel, r, c);
  const check = (
    name: "wasserstein" | "wasserstein_norm_ref_std" | "energy_distance",
    actual: number,
  ): void => {
    const value = expected[name];
    if (
      !inexact.test(`${id} ${name}`) &&
      value !== undefined &&
      !unreliable.includes(name) &&
      !Number.isNaN(toNumber(value))
    )
      comparison.check(`${id} ${name}`, actual, toNumber(value), statistic);
  };
  check("wasserstein", area.statistic);
  check("wasserstein_norm_ref_std", area.effect ?? NaN);
  check("energy_distance", energyOnSamples(r, c).statistic);
}

describe.each(kernels)("tests on numeric samples, with the $name kernel", (kernel) => {
  it("find what SciPy finds on two samples", () => {
    const comparison = new Comparison("two_sample_numeric");
    if (present) {
      const { cases } = readOracle<{ cases: Case[] }>("two_sample_numeric");
      for (const each of cases) compareCase(kernel, comparison, each);
      expect(cases.length).toBeGreaterThan(100);
    }
    comparison.finish(kernel.name);
  });

  it("have the Cramér–von Mises limit to its last digits", () => {
    // P(ω² > x) by Anderson & Darling's series with mpmath, with twice as many digits as the tail has noughts.
    for (const [x, expected] of [
      [0.02, 0.996999385698398],
      [0.1, 0.584873438406795],
      [0.29, 0.144270038981089],
      [0.3001, 0.135083617162515],
      [1, 0.00246045218013396],
      [5, 3.05392903310339e-12],
      [20, 1.097209316565387e-44],
      [60, 1.192152306499465e-130],
      [140, 2.754317998526277e-302],
    ])
      expect(Math.abs(cramerVonMisesSf(kernel, x) / expected - 1)).toBeLessThan(1e-12);
  });

  it("find what SciPy finds on several samples", () => {
    const comparison = new Comparison("k_sample");
    if (present) {
      const { cases } = readOracle<{
        cases: {
          id: string;
          groups: OracleNumber[][];
          expected: { kruskal: Group; anova: Group; anderson_ksamp: OracleNumber };
        }[];
      }>("k_sample");
      for (const { id, groups, expected } of cases) {
        const samples = groups.map((group) => kernel.sortFinite(Float64Array.from(group, toNumber)));
        const [ranks, means] = [kruskalOnSamples(kernel, samples), anova(kernel, samples)];
        const ad = andersonDarlingOnSamples(kernel, samples);
        comparison.check(`${id} A`, ad.statistic, toNumber(expected.anderson_ksamp), statistic);
        comparison.check(`${id} H`, ranks.statistic, toNumber(expected.kruskal.H), statistic);
        comparison.check(`${id} H p`, ranks.pValue ?? NaN, toNumber(expected.kruskal.p), probability);
        comparison.check(`${id} F`, means.statistic, toNumber(expected.anova.F), statistic);
        comparison.check(`${id} F p`, means.pValue ?? NaN, toNumber(expected.anova.p), probability);
      }
    }
    comparison.finish(kernel.name);
  });
});
