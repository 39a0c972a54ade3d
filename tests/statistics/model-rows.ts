/** The binary models of the reference data: scores, decisions and labels, row by row. */
import { readSample } from "./reference-data.ts";

export interface ModelRows {
  scores: Float64Array;
  predicted: Float64Array;
  labels: Float64Array;
}

const columns = {
  car_loan: { scores: "y_pred_proba", predicted: "y_pred", labels: "repaid" },
  elec2: { scores: "y_pred_proba", predicted: "y_pred", labels: "class" },
};

export function readModel(data: keyof typeof columns, part: "reference" | "monitored"): ModelRows {
  const read = (column: string): Float64Array =>
    readSample({ csv: `${data}_${part}`, column, start: 0, end: 1e9 });
  const { scores, predicted, labels } = columns[data];
  return { scores: read(scores), predicted: read(predicted), labels: read(labels) };
}

export function cut({ scores, predicted, labels }: ModelRows, start: number, end: number): ModelRows {
  return {
    scores: scores.subarray(start, end),
    predicted: predicted.subarray(start, end),
    labels: labels.subarray(start, end),
  };
}

/** Consecutive chunks of `size` rows; a smaller last one is kept. */
export function chunksOf(rows: ModelRows, size: number): ModelRows[] {
  const chunks: ModelRows[] = [];
  for (let start = 0; start < rows.scores.length; start += size) chunks.push(cut(rows, start, start + size));
  return chunks;
}
