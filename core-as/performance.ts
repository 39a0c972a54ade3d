/**
 * Realised performance of a binary model: what the scores and decisions were worth, once the labels are known. Every
 * metric comes with a 95 % interval for the sampling error of these rows, or is null where it is not defined.
 */
import type { Estimate, PerformanceWindow } from "./domain/api.ts";
import type { Kernel } from "./kernel-api.ts";

export interface LabelledRows {
  /** In [0, 1]; NaN where the model gave none. */
  scores: Float64Array;
  /** 0 or 1. */
  predicted: Uint8Array;
  /** 0 or 1. */
  labels: Uint8Array;
}

export type Measured = Omit<PerformanceWindow, "windowStartMs" | "windowEndMs" | "predictions">;

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;
/** Log-loss takes no score for certain: scores are clipped this far from 0 and 1. */
const CLIP = 1e-15;

export function binaryPerformance(kernel: Kernel, { scores, predicted, labels }: LabelledRows): Measured {
  const confusion = { tp: 0, fp: 0, fn: 0, tn: 0 };
  labels.forEach((label, row) => {
    const cell = predicted[row] === 1 ? (label === 1 ? "tp" : "fp") : label === 1 ? "fn" : "tn";
    confusion[cell]++;
  });
  const { tp, fp, fn, tn } = confusion;
  const scored = Array.from(labels.keys()).filter((row) => !Number.isNaN(scores[row]));
  const squares = scored.map((row) => (scores[row] - labels[row]) * (scores[row] - labels[row]));
  const losses = scored.map((row) => {
    const score = Math.min(1 - CLIP, Math.max(CLIP, scores[row]));
    return -kernel.log(labels[row] === 1 ? score : 1 - score);
  });
  return {
    labelled: labels.length,
    positives: tp + fn,
    confusion,
    metrics: {
      rocAuc: rocAuc(scores, labels, scored),
      accuracy: share(tp + tn, labels.length),
      precision: share(tp, tp + fp),
      recall: share(tp, tp + fn),
      f1: fOne(tp, fp, fn),
      brier: average(squares),
      logLoss: average(losses),
      baseRate: share(tp + fn, labels.length),
      meanScore: average(scored.map((row) => scores[row])),
    },
  };
}

/** A share with Wilson's interval (1927). */
function share(count: number, of: number): Estimate | null {
  if (of === 0) return null;
  const value = count / of;
  const centre = (value + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z / (1 + (Z * Z) / of)) * Math.sqrt((value * (1 - value)) / of + (Z * Z) / (4 * of * of));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** A mean with the normal interval of its standard error. */
function average(values: number[]): Estimate | null {
  const n = values.length;
  if (n === 0) return null;
  const value = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = n > 1 ? values.reduce((sum, x) => sum + (x - value) * (x - value), 0) / (n - 1) : 0;
  const half = Z * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half };
}

/**
 * F1 = 2tp/(2tp + fp + fn), with the interval of the share tp/(tp + fp + fn) carried over: F1 is a monotone function of
 * that share (2s/(1 + s)).
 */
function fOne(tp: number, fp: number, fn: number): Estimate | null {
  const jaccard = share(tp, tp + fp + fn);
  if (jaccard === null) return null;
  const carry = (s: number): number => (2 * s) / (1 + s);
  return { value: carry(jaccard.value), low: carry(jaccard.low), high: carry(jaccard.high) };
}

/**
 * Area under the ROC curve as the Mann–Whitney statistic with mid-ranks for ties, and the interval of Hanley & McNeil
 * (1982). Null with one class only. Cost: one sort.
 */
function rocAuc(scores: Float64Array, labels: Uint8Array, rows: number[]): Estimate | null {
  const sorted = [...rows].sort((a, b) => scores[a] - scores[b] || a - b);
  const positives = rows.reduce((sum, row) => sum + labels[row], 0);
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let rankSum = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end < sorted.length && scores[sorted[end]] === scores[sorted[start]]) end++;
    const midRank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) rankSum += labels[sorted[i]] * midRank;
    start = end;
  }
  const value = (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
  const q1 = value / (2 - value);
  const q2 = (2 * value * value) / (1 + value);
  const variance =
    (value * (1 - value) + (positives - 1) * (q1 - value * value) + (negatives - 1) * (q2 - value * value)) /
    (positives * negatives);
  const half = Z * Math.sqrt(Math.max(0, variance));
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}
