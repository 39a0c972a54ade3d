/** What an inference server takes in and gives out, whatever protocol it speaks: named tensors with a row an instance. */
import { ProblemError } from "../../domain/errors.ts";
import { limits } from "../../domain/limits.ts";

export interface Tensor {
  name: string;
  rows: number;
  /** Values a row. */
  width: number;
  /** The names of a row's values, where the sender says them. */
  columnNames: string[] | null;
  /** Row by row; null, undefined and NaN are missing. */
  values: ArrayLike<unknown>;
  /** As Open Inference calls it; "" where the protocol does not say. */
  datatype: string;
}

/** One half of an inference: what was asked, or what was answered. */
export interface Half {
  id: string | null;
  /** When it was, as the body says it; null where it does not. */
  timestamp: unknown;
  /** Of the model that answered; null where it is not said. */
  version: string | null;
  tensors: Tensor[];
}

export interface Inference {
  request: Half | null;
  response: Half | null;
}

export const malformedInference = (detail: string): ProblemError =>
  new ProblemError("malformed_inference", detail);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Rows and width of a shape; null for what is no table of rows, such as images. One value without a shape is a row. */
export function tableShape(name: string, shape: readonly number[]): { rows: number; width: number } | null {
  for (const size of shape)
    if (!Number.isSafeInteger(size) || size < 0)
      throw malformedInference(`The tensor "${name}" has the shape ${JSON.stringify(shape).slice(0, 80)}.`);
  const [rows = 1, width = 1, ...rest] = shape;
  if (rows > limits.rowsPerBatch)
    throw new ProblemError(
      "too_many_rows",
      `The tensor "${name}" has ${rows} rows; at most ${limits.rowsPerBatch} are taken.`,
    );
  return rest.some((size) => size !== 1) || width > limits.features ? null : { rows, width };
}
