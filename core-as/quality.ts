/** The quality of many checks as series: what the API lists and exports, written once. */
import type { Kernel } from "./kernel/api.ts";
import { wilson } from "./methods/shares/wilson.ts";
import type { Check, FamilyTest, FeatureCheck } from "./domain/check.ts";
import {
  type FeatureQualityKind,
  featureQualityKinds,
  qualityKinds,
  type QualityPoint,
  type QualitySeries,
  type QualityTest,
} from "./domain/quality.ts";

/** A point with the series that it belongs to. */
export interface PlacedPoint
  extends QualityPoint, Pick<QualitySeries, "kind" | "subject" | "change" | "unit"> {}

/** All quality of one check: of each feature what was tested, and always its shares of missing and of new values. */
export function pointsOf(kernel: Kernel, check: Check): PlacedPoint[] {
  const { id: checkId, windowStartMs, windowEndMs, rows } = check;
  const window = { checkId, windowStartMs, windowEndMs };
  return [
    ...check.quality.map((test) => ({ ...window, ...ofWindow(test) })),
    ...check.features.flatMap((feature) =>
      ofFeature(kernel, feature, rows).map((point) => ({ ...window, ...point })),
    ),
  ];
}

type Point = Omit<PlacedPoint, "checkId" | "windowStartMs" | "windowEndMs">;

function ofWindow({ kind, subject, change, unit, value, low, high, ...test }: QualityTest): Point {
  const { expected, expectedLow, expectedHigh, pValue, adjustedP, effect, gate, status, reason } = test;
  return {
    ...{ kind, subject, change, unit, value, low, high },
    ...{ expected, expectedLow, expectedHigh, pValue, adjustedP, effect, gate, status, reason },
  };
}

function ofFeature(
  kernel: Kernel,
  { name, tests, missing, m, unseen, verdict }: FeatureCheck,
  rows: number,
): Point[] {
  return featureQualityKinds.flatMap((kind): Point[] => {
    const test = tests.find((one) => one.kind === kind);
    if (test === undefined && kind !== "missing" && !(kind === "unseen" && m > 0)) return [];
    const shares = { missing: missing.current, unseen: m > 0 ? unseen / m : 0 };
    const value = kind === "missing" || kind === "unseen" ? shares[kind] : (test?.statistic ?? 0);
    return [
      {
        ...{ kind, subject: name, change: null, unit: "share", value },
        ...intervalOf(kernel, value, kind === "missing" ? rows : kind === "type_mismatch" ? null : m),
        expected: expectedOf(kind, missing),
        ...{ expectedLow: null, expectedHigh: null },
        ...(test ? told(test, verdict.status) : untested),
        reason: test && verdict.kind === kind && verdict.status !== "ok" ? verdict.reason : null,
      },
    ];
  });
}

/** Wilson's, 95 %; null where it is not kept how many rows the share is of. */
function intervalOf(
  kernel: Kernel,
  share: number,
  of: number | null,
): { low: number | null; high: number | null } {
  if (of === null || of === 0) return { low: null, high: null };
  const successes = Math.round(share * of);
  const { low, high } = wilson(kernel, { successes, failures: of - successes });
  return { low, high };
}

/** Of the reference, where that is a share of its rows. */
const expectedOf = (kind: FeatureQualityKind, missing: FeatureCheck["missing"]): number | null =>
  kind === "missing" ? missing.reference : kind === "type_mismatch" || kind === "out_of_range" ? 0 : null;

/** A test is no surer than its feature's verdict: a window that is too small, or open, is `insufficient` throughout. */
function told(
  { pValue, adjustedP, effect, gate, status }: FamilyTest,
  verdict: FeatureCheck["verdict"]["status"],
): Pick<Point, "pValue" | "adjustedP" | "effect" | "gate" | "status"> {
  return {
    pValue,
    adjustedP,
    effect,
    gate,
    status: verdict === "insufficient" && status !== "ok" ? verdict : status,
  };
}

/** There was none on either side: as calm as can be, and no test. */
const untested = {
  ...{ pValue: null, adjustedP: null, effect: 0, gate: { warning: 0, drift: 0 } },
  status: "ok" as const,
};

/** Points by their series: those of all rows first, then by feature, in the order of the kinds. */
export function seriesOfPoints(points: readonly PlacedPoint[]): QualitySeries[] {
  const series = new Map<string, QualitySeries>();
  for (const { kind, subject, change, unit, ...point } of points) {
    const key = `${kind} ${change ?? ""} ${subject ?? ""}`;
    const known = series.get(key);
    if (known) known.points.push(point);
    else series.set(key, { kind, subject, change, unit, points: [point] });
  }
  const order: string[] = [...qualityKinds, ...featureQualityKinds];
  return [...series.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
