/** The rows that peers' documents computed their tables from, cut into chunks of one size as they cut them. */
import { chunksBySize } from "#core/methods/chunking/by-rows.ts";
import { readTable } from "./reference-data.ts";

export interface ScoredChunk {
  scores: Float64Array;
  predicted: Uint8Array;
  labels: Uint8Array;
}

/** Consecutive chunks of the loan data; a smaller last one is kept. */
export function carLoanChunks(part: "reference" | "monitored", size: number): ScoredChunk[] {
  const table = readTable(`car_loan_${part}`);
  const column = (name: string): number[] => (table.get(name) ?? []).map(Number);
  const scores = Float64Array.from(column("y_pred_proba"));
  const predicted = Uint8Array.from(column("y_pred"));
  const labels = Uint8Array.from(column("repaid"));
  return chunksBySize({ rows: scores.length }, size).chunks.map(({ start, end }) => ({
    scores: scores.slice(start, end),
    predicted: predicted.slice(start, end),
    labels: labels.slice(start, end),
  }));
}

/** NannyML's thresholds: three population standard deviations to both sides of the reference chunks' mean. */
export function threeDeviations(values: number[]): { lower: number; upper: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return { lower: mean - 3 * Math.sqrt(variance), upper: mean + 3 * Math.sqrt(variance) };
}
