/**
 * One hash for each method, over the bits of what it answers on seeded inputs, odd ones among them. Methods are TypeScript
 * over the kernel's functions: plain arithmetic and square roots are the same in every engine, and this proves that nothing
 * else got in. Runs in Node, workerd and a browser: no import of theirs.
 */
import type { Column, Columns } from "#core/domain/columns.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { compareLike } from "#core/methods/compat/compat.ts";
import { attributeJs, attributePsi } from "#core/methods/counts/attribution.ts";
import { chiSquare } from "#core/methods/counts/chi-square.ts";
import { cramersV } from "#core/methods/counts/cramers-v.ts";
import { gTest } from "#core/methods/counts/g-test.ts";
import { hellinger } from "#core/methods/counts/hellinger.ts";
import { js } from "#core/methods/counts/js.ts";
import { kl } from "#core/methods/counts/kl.ts";
import { psi } from "#core/methods/counts/psi.ts";
import { shareDistance } from "#core/methods/counts/share-distance.ts";
import { decisionCellsOf } from "#core/methods/estimation/decision-cells.ts";
import { estimateBinary } from "#core/methods/estimation/cbpe-binary.ts";
import { estimateDle, learnDle } from "#core/methods/estimation/dle.ts";
import { calibrationCounts, fitIsotonic } from "#core/methods/estimation/isotonic.ts";
import { adjust, type Correction } from "#core/methods/multiple-testing.ts";
import {
  correlationDrift,
  correlationMoments,
  learnCorrelations,
} from "#core/methods/multivariate/correlation-drift.ts";
import { domainClassifier } from "#core/methods/multivariate/domain-classifier.ts";
import { fourierMmd, fourierSums, learnFourier } from "#core/methods/multivariate/fourier-mmd.ts";
import { hotelling } from "#core/methods/multivariate/hotelling.ts";
import { mmd } from "#core/methods/multivariate/mmd.ts";
import { learnPca, reconstructionErrors } from "#core/methods/multivariate/pca-reconstruction.ts";
import {
  learnProjections,
  projectionCounts,
  projectionDrift,
} from "#core/methods/multivariate/projections.ts";
import { andersonDarlingOnSamples } from "#core/methods/numeric/anderson-darling.ts";
import { anova } from "#core/methods/numeric/anova.ts";
import { brownForsythe } from "#core/methods/numeric/brown-forsythe.ts";
import { cramerVonMisesOnSamples } from "#core/methods/numeric/cramer-von-mises.ts";
import { describe } from "#core/methods/numeric/descriptive.ts";
import { energyOnSamples } from "#core/methods/numeric/energy.ts";
import { eppsSingleton } from "#core/methods/numeric/epps-singleton.ts";
import { kruskalOnSamples } from "#core/methods/numeric/kruskal.ts";
import { ksOnSamples } from "#core/methods/numeric/ks.ts";
import { mannWhitneyOnSamples } from "#core/methods/numeric/mann-whitney.ts";
import { sampleOf } from "#core/methods/numeric/sample.ts";
import { tTestOnSamples } from "#core/methods/numeric/t-test.ts";
import { wassersteinOnSamples } from "#core/methods/numeric/wasserstein.ts";
import { averagePrecision } from "#core/methods/performance/average-precision.ts";
import { regressionMeasures } from "#core/methods/performance/regression.ts";
import { regressionSumsOf } from "#core/methods/performance/regression-sums.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { againstPast } from "#core/methods/quality/against-past.ts";
import { outOfReferenceRange } from "#core/methods/quality/out-of-range.ts";
import { volume } from "#core/methods/quality/volume.ts";
import { extendedBy } from "#core/methods/quality/volume-history.ts";
import { eProcessBall } from "#core/methods/sequential/e-process-ball.ts";
import { eProcess } from "#core/methods/sequential/e-process.ts";
import { streamDetectors, updateStream } from "#core/methods/sequential/stream-detectors.ts";
import { clopperPearson } from "#core/methods/shares/clopper-pearson.ts";
import { fisher } from "#core/methods/shares/fisher.ts";
import { midP } from "#core/methods/shares/mid-p.ts";
import { newcombe } from "#core/methods/shares/newcombe.ts";
import { wilson } from "#core/methods/shares/wilson.ts";
import { ztest } from "#core/methods/shares/ztest.ts";
import { distinctCount, distinctOfNumbers } from "#core/methods/sketches/distinct-count.ts";
import { toOpenTelemetry } from "#core/methods/sketches/open-telemetry.ts";
import { toPrometheus } from "#core/methods/sketches/prometheus.ts";
import { sketchQuantile } from "#core/methods/sketches/quantile-answers.ts";
import { sketchOf } from "#core/methods/sketches/quantile-sketch.ts";
import { dirichletLaw, exactKsSf, pooledLaw } from "#core/nulls/exact-ks.ts";
import { hash, type Hashable } from "./bits.ts";
import { bellValues, roughValues, seededCounts, seededUniform } from "./seeded.ts";

/** The hash of every method, by its name. */
export function methodBits(kernel: Kernel): Record<string, string> {
  return {
    ...bitsOfSamples(kernel),
    ...bitsOfCounts(kernel),
    ...bitsOfShares(kernel),
    ...bitsOfPerformance(kernel),
    ...bitsOfSketches(kernel),
    ...bitsOfManyFeatures(kernel),
    ...bitsOfStreams(kernel),
    ...bitsOfQuality(kernel),
  };
}

/** Windows against the windows before them. */
function bitsOfQuality(kernel: Kernel): Record<string, string> {
  const weeks = Array.from({ length: 8 }, (_, week) => [...seededCounts(7, 9000, 50 + week)]).flat();
  const past = weeks.map((rows, back) => (back % 11 === 4 ? null : rows));
  const options = { season: 7, exceptional: 0.4 };
  const chunks = weeks.map((rows, at) => ({ back: 90 + at, rows }));
  const portions = weeks.map((of, at) => ({ count: at % 5, of }));
  return {
    volume: hash([0, 3, 900, 1300, 4e6].map((rows) => volume(kernel, rows, past, options))),
    volumeHistory: hash([extendedBy(kernel, weeks.slice(0, 9), chunks, 7)]),
    againstPast: hash([0, 4, 90].map((count) => againstPast(kernel, { count, of: 1100 }, portions))),
    outOfReferenceRange: hash(
      [0, 1, 7, 60].map((k) => outOfReferenceRange(kernel, 500, { successes: k, failures: 60 })),
    ),
  };
}

function bitsOfSamples(kernel: Kernel): Record<string, string> {
  const raw = [
    bellValues(61, 1),
    bellValues(40, 2).map((x) => x + 0.4),
    roughValues(90, 3),
    bellValues(8, 4),
  ];
  const samples = raw.map((values) => sampleOf(kernel, values));
  const pairs = samples.flatMap((r) => samples.map((c) => [r, c] as const));
  const onPairs = (method: (r: (typeof samples)[0], c: (typeof samples)[0]) => Hashable): string =>
    hash(pairs.map(([r, c]) => method(r, c)));
  return {
    describe: hash(samples.map(describe)),
    ks: onPairs((r, c) =>
      (["exact", "asymptotic", "limit", "stephens"] as const).map((law) => ksOnSamples(kernel, r, c, law)),
    ),
    andersonDarling: onPairs((r, c) => andersonDarlingOnSamples(kernel, [r.sorted, c.sorted])),
    cramerVonMises: onPairs((r, c) => cramerVonMisesOnSamples(kernel, r, c)),
    energy: onPairs(energyOnSamples),
    wasserstein: onPairs((r, c) => wassersteinOnSamples(kernel, r, c)),
    tTest: onPairs((r, c) => tTestOnSamples(kernel, r, c)),
    brownForsythe: onPairs((r, c) => brownForsythe(kernel, r, c)),
    eppsSingleton: onPairs((r, c) => eppsSingleton(kernel, r, c)),
    mannWhitney: onPairs((r, c) => mannWhitneyOnSamples(kernel, r, c)),
    kruskal: hash([
      kruskalOnSamples(
        kernel,
        samples.map(({ sorted }) => sorted),
      ),
    ]),
    anova: hash([
      anova(
        kernel,
        samples.map(({ sorted }) => sorted),
      ),
    ]),
  };
}

function bitsOfCounts(kernel: Kernel): Record<string, string> {
  const tables = Array.from({ length: 20 }, (_, i) => [
    seededCounts(i + 2, 300, i),
    seededCounts(i + 2, 80, 99 - i),
  ]);
  const on = (method: (kernel: Kernel, a: Float64Array, c: Float64Array) => Hashable): string =>
    hash(tables.map(([a, c]) => method(kernel, a, c)));
  const uniform = seededUniform(5);
  const pValues = Array.from({ length: 25 }, () => uniform() * uniform());
  const corrections: Correction[] = ["bh", "by", "bonferroni", "holm", "hommel", "sidak"];
  return {
    psi: on(psi),
    js: on(js),
    kl: on(kl),
    hellinger: on(hellinger),
    chiSquare: on(chiSquare),
    gTest: on(gTest),
    cramersV: on(cramersV),
    shareDistance: on(shareDistance),
    attributePsi: on(attributePsi),
    attributeJs: on(attributeJs),
    adjust: hash(corrections.map((correction) => adjust(pValues, correction))),
    exactKs: on((_, a, c) => [
      exactKsSf(kernel, pooledLaw(kernel, a, c), 0.2),
      exactKsSf(
        kernel,
        dirichletLaw(
          kernel,
          a.map((count) => count + 1),
          60,
        ),
        0.15,
      ),
    ]),
  };
}

function bitsOfShares(kernel: Kernel): Record<string, string> {
  const uniform = seededUniform(6);
  const share = (): { successes: number; failures: number } => ({
    successes: Math.floor(uniform() * 40),
    failures: Math.floor(uniform() * 90),
  });
  const pairs = Array.from({ length: 25 }, () => [share(), share()] as const);
  return {
    fisher: hash(pairs.map(([r, c]) => fisher(kernel, r, c))),
    midP: hash(pairs.map(([r, c]) => midP(kernel, r, c))),
    ztest: hash(pairs.map(([r, c]) => ztest(kernel, r, c))),
    newcombe: hash(pairs.map(([r, c]) => newcombe(kernel, r, c))),
    wilson: hash(pairs.map(([r]) => wilson(kernel, r))),
    clopperPearson: hash(pairs.map(([r]) => clopperPearson(kernel, r))),
  };
}

function bitsOfPerformance(kernel: Kernel): Record<string, string> {
  const uniform = seededUniform(7);
  const scores = Float64Array.from({ length: 200 }, () => Math.floor(uniform() * 50) / 50);
  const labels = Uint8Array.from(scores, (score) => (uniform() < score ? 1 : 0));
  const predicted = Uint8Array.from(scores, (score) => (score > 0.5 ? 1 : 0));
  const map = fitIsotonic(calibrationCounts(kernel, scores, Float64Array.from(labels)));
  const [truth, guess] = [bellValues(150, 8), bellValues(150, 9)];
  return {
    rocAuc: hash([rocAuc(kernel, scores, labels)]),
    averagePrecision: hash([averagePrecision(kernel, scores, labels)]),
    isotonic: hash([map]),
    cbpe: hash([estimateBinary(decisionCellsOf(kernel, scores, predicted), map)]),
    regression: hash([regressionMeasures(kernel, regressionSumsOf(kernel, truth, guess, 0))]),
  };
}

function bitsOfSketches(kernel: Kernel): Record<string, string> {
  const sketch = sketchOf(kernel, roughValues(800, 10));
  const finite = sketchOf(kernel, bellValues(800, 11));
  return {
    sketchQuantile: hash([0, 0.01, 0.25, 0.5, 0.99, 1].map((q) => sketchQuantile(sketch, q))),
    toOpenTelemetry: hash([toOpenTelemetry(finite)]),
    toPrometheus: hash([toPrometheus(finite)]),
    distinctCount: hash([distinctCount(distinctOfNumbers(bellValues(5000, 12)))]),
  };
}

const numbers = (values: Float64Array): Column => ({ kind: "numeric", values });

function bitsOfManyFeatures(kernel: Kernel): Record<string, string> {
  const columns = new Map(
    [13, 14, 15, 16].map((seed): [string, Column] => [`x${seed}`, numbers(bellValues(60, seed))]),
  );
  const rows = (seed: number): Float64Array[] => {
    const values = bellValues(90, seed);
    return Array.from({ length: 30 }, (_, row) => values.slice(3 * row, 3 * row + 3));
  };
  const model = learnPca(columns);
  const other = new Map(
    [...columns].map(([name], i): [string, Column] => [name, numbers(bellValues(60, 19 + i))]),
  );
  const tableOf = (table: Map<string, Column>): Columns => ({ rows: 60, timesMs: null, columns: table });
  return {
    pca: hash([model, reconstructionErrors(model, columns)]),
    mmd: hash([mmd(kernel, rows(17), rows(18))]),
    hotelling: hash([hotelling(kernel, rows(17), rows(18))]),
    compatEvidently: hash([compareLike(kernel, "evidently", tableOf(columns), tableOf(other))]),
    compatNannyml: hash([compareLike(kernel, "nannyml", tableOf(columns), tableOf(other))]),
    ...bitsOfModels(kernel, columns),
  };
}

/** Models that are learnt from columns, and what they say of other ones. */
function bitsOfModels(kernel: Kernel, reference: Map<string, Column>): Record<string, string> {
  const window = new Map(
    [...reference.keys()].map((name, i): [string, Column] => [
      name,
      { kind: "numeric", values: roughValues(40, 30 + i) },
    ]),
  );
  const fourier = learnFourier(kernel, reference, { seed: 5, frequencies: 8 });
  const projections = learnProjections(kernel, reference, { seed: 6, directions: 4 });
  const correlations = learnCorrelations(kernel, reference);
  const dle = learnDle(kernel, reference, bellValues(60, 40), bellValues(60, 41));
  return {
    fourierMmd: hash([fourier, fourierMmd(kernel, fourier, fourierSums(kernel, fourier, window))]),
    projections: hash([
      projections,
      projectionDrift(kernel, projections, projectionCounts(kernel, projections, window)),
    ]),
    correlationDrift: hash([
      correlations,
      correlationDrift(kernel, correlations, correlationMoments(correlations, window)),
    ]),
    domainClassifier: hash([domainClassifier(kernel, reference, window, { seed: 7 })]),
    dle: hash([dle, estimateDle(dle, window, roughValues(40, 42))]),
  };
}

function bitsOfStreams(kernel: Kernel): Record<string, string> {
  const uniform = seededUniform(28);
  const drifting = bellValues(600, 29).map((x, row) => x + (row > 300 ? 1.5 : 0));
  const errors = Float64Array.from({ length: 600 }, (_, row) =>
    uniform() < (row > 300 ? 0.6 : 0.1) ? 1 : 0,
  );
  const a = seededCounts(10, 90, 30).map((count) => count + 5);
  const panes = Array.from({ length: 12 }, (_, pane) => seededCounts(10, 9, 31 + pane));
  const streams = Object.entries(streamDetectors).map(([name, { create, input }]) => {
    const state = create(kernel);
    const values = input === "errors" ? errors : drifting;
    return [name, hash([...values].map((value) => updateStream(kernel, state, value)))];
  });
  return {
    ...(Object.fromEntries(streams) as Record<string, string>),
    eProcess: hash(eProcess(kernel, a, panes)),
    eProcessBall: hash(eProcessBall(kernel, a, panes)),
  };
}
