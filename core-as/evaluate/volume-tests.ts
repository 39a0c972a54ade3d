/** How many rows came, and when the last one did, against windows of the same hours and days. */
import { DAY_MS } from "../domain/limits.ts";
import { defaultGates, type Gate } from "../domain/policy.ts";
import { leastDifferences, volume } from "../methods/quality/volume.ts";
import { extendedBy } from "../methods/quality/volume-history.ts";
import { poissonInterval } from "../methods/quality/totals.ts";
import { gateOf, type PendingQuality, type QualityInput, untold } from "./pending-quality.ts";
import { duration, grouped, percent } from "./words.ts";

/**
 * Rows against the model's own windows before, or, as long as those are too few, against the reference's chunks, brought to
 * the level of the windows that there are. Null where there is nothing to ask: windows of so many rows, and empty ones, of
 * which `silence` says more and a replay has its reasons.
 */
export function volumeTest(input: QualityInput): PendingQuality | null {
  const { kernel, policy, evidence } = input;
  const { rows, season } = evidence;
  if (season === 0 || rows === 0) return null;
  const gate = gateOf(policy, "volume", defaultGates.volume);
  const known = {
    ...untold,
    kind: "volume" as const,
    value: rows,
    unit: "rows" as const,
    ...poissonInterval(kernel, rows),
    gate,
  };
  const found = compare(input, rows, historyOf(input));
  if (found === null) return { ...known, effectName: "change", finding: tooFew(input, aboutRows(rows)) };
  const { expected, low, high, pSampling, pBetween, effect } = found;
  return {
    ...known,
    ...{ expected, expectedLow: low, expectedHigh: high },
    ...{ pSampling, pChunk: pBetween, pValue: Math.max(pSampling, pBetween) },
    ...{ effect, effectName: "change" },
    finding: `${aboutRows(rows)} came; ${grouped(expected)} (${grouped(low)} to ${grouped(high)}) come in windows like this.`,
  };
}

/** The share of a window's usual rows that its silent end usually has. */
const silenceGate: Gate = { warning: 0.02, drift: 0.1 };

/**
 * Nothing came until the window's end, or not at all: nothing against the rows that the same stretch of windows before had.
 * A replay is never silent.
 */
export function silenceTest(input: QualityInput): PendingQuality | null {
  const { policy, evidence } = input;
  const { clock, rows, silentMs, season, past } = evidence;
  if (clock === "replay" || season === 0) return null;
  const gate = gateOf(policy, "silence", silenceGate);
  const known = {
    ...{ ...untold, kind: "silence" as const, value: silentMs, unit: "ms" as const, gate },
    effectName: "share of the usual rows",
  };
  const own = byStep(past.map(({ back, rows: count }) => ({ back, rows: count })));
  const whole = compare(input, rows, own);
  if (whole === null)
    return {
      ...known,
      finding: tooFew(input, silentMs > 0 ? `Nothing for ${duration(silentMs)}` : "Rows until the end"),
    };
  const tail =
    rows === 0
      ? own
      : byStep(
          past.flatMap(({ back, tailRows }) => (tailRows === undefined ? [] : [{ back, rows: tailRows }])),
        );
  const found = silentMs > 0 ? compare(input, 0, tail) : null;
  if (found === null)
    return { ...known, pSampling: 1, pValue: 1, finding: "Rows came until the end of the window." };
  const effect = whole.expected > 0 ? Math.min(1, found.expected / whole.expected) : 0;
  return {
    ...known,
    ...{
      pSampling: found.pSampling,
      pChunk: found.pBetween,
      pValue: Math.max(found.pSampling, found.pBetween),
    },
    effect,
    finding:
      rows === 0
        ? `No rows came; ${grouped(whole.expected)} come in windows like this.`
        : `Nothing came in the last ${duration(silentMs)} of the window, which usually have ${grouped(found.expected)} of its rows (${percent(effect)}).`,
  };
}

type History = (number | null)[];

function byStep(windows: readonly { back: number; rows: number }[]): History {
  const steps = windows.reduce((most, { back }) => Math.max(most, back), 0);
  const history: History = new Array<number | null>(steps).fill(null);
  for (const { back, rows } of windows) history[back - 1] = rows;
  return history;
}

function compare({ kernel, policy, evidence: { season } }: QualityInput, rows: number, past: History) {
  const { drift: exceptional } = gateOf(policy, "volume", defaultGates.volume);
  return volume(kernel, rows, past, { season, exceptional: Math.min(exceptional, 0.99) });
}

function historyOf(input: QualityInput): History {
  const { kernel, reference, evidence, windowStartMs, windowMs, against } = input;
  const own = byStep(evidence.past);
  const { chunks } = reference;
  // A reference that is made of earlier windows knows no more than those.
  if (against !== undefined || chunks?.periodMs !== windowMs || compare(input, evidence.rows, own) !== null)
    return own;
  const stepMs = Math.max(windowMs, DAY_MS);
  const steps = chunks.starts.flatMap((startMs, at) => {
    const back = (windowStartMs - startMs) / stepMs;
    // Days of a time zone begin some hours apart from the chunks' and are the same days; hours have to be the same hours.
    const near = Math.round(back);
    return windowMs >= DAY_MS || back === near ? [{ back: near, rows: chunks.rows[at] }] : [];
  });
  return extendedBy(kernel, own, steps, evidence.season);
}

function tooFew({ evidence: { past, season } }: QualityInput, what: string): string {
  const needed = leastDifferences + 2 * season;
  return `${what}; ${past.length} windows like this are known, and about ${needed} are needed to tell whether that is usual.`;
}

const aboutRows = (rows: number): string => `${grouped(rows)} ${rows === 1 ? "row" : "rows"}`;
