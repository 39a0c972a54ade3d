/**
 * Tensors to the columns of a model's features. A column is found by its name: the tensor's where a row has one value, else
 * `parameters.column_names`, else `name[0]`, `name[1]` and so on. Tensors whose names the model does not know are taken by
 * place: one input as wide as the model has features holds them in the order in which they were declared; an output holds the
 * scores, if it is as wide as there are, in the order of the classes (of a score of true alone also both probabilities, false
 * before true), or the decision.
 */
import { attributionField } from "../../domain/attributions.ts";
import type { Feature, ModelConfig } from "../../domain/model.ts";
import { type Half, type Inference, malformedInference, type Tensor } from "./tensor.ts";

export interface InferenceRows {
  columns: Record<string, unknown[]>;
}

/** What a sender says beside the tensors. */
export interface InferenceFrame {
  /** Of rows that do not have an id of their own; several rows get `id:0`, `id:1` and so on. */
  id: string | null;
  /** Event time of rows that have none of their own. */
  timestamp: unknown;
}

export function inferenceRows(
  { features, classes }: Pick<ModelConfig, "features" | "classes">,
  { request, response }: Inference,
  frame: InferenceFrame,
): InferenceRows {
  const columns = new Map<string, unknown[]>();
  const unknown = new Map<string, unknown[]>();
  const names = features.map(({ name }) => name);
  const known = new Set(["timestamp", "prediction_id", ...names, ...names.map(attributionField)]);
  const take = (half: Half | null, place: (left: Tensor[]) => Map<string, unknown[]>): void => {
    const left: Tensor[] = [];
    for (const tensor of half?.tensors ?? []) {
      const named = namedColumns(tensor).filter(([name]) => known.has(name));
      if (named.length === 0) left.push(tensor);
      for (const [name, values] of named) columns.set(name, values);
    }
    const placed = place(left);
    for (const [name, values] of placed) if (!columns.has(name)) columns.set(name, values);
    if (placed.size === 0)
      for (const { name, rows } of left) unknown.set(name, new Array<null>(rows).fill(null));
  };
  take(request, (left) => inputsByPlace(features, left));
  take(response, (left) => outputsByPlace(features, classes, left));
  if (columns.size === 0 && unknown.size > 0)
    throw malformedInference(
      `None of the tensors (${[...unknown.keys()].join(", ").slice(0, 200)}) fits the model's features by name or by place.`,
    );
  const rows = rowsOf(columns);
  for (const [name, values] of unknown)
    if (values.length === rows && !columns.has(name)) columns.set(name, values);
  const id = frame.id;
  if (!columns.has("prediction_id") && id !== null)
    columns.set(
      "prediction_id",
      Array.from({ length: rows }, (_, row) => (rows === 1 ? id : `${id}:${row}`)),
    );
  if (!columns.has("timestamp")) columns.set("timestamp", new Array<unknown>(rows).fill(frame.timestamp));
  return { columns: Object.fromEntries(columns) };
}

/** As many as every column has. */
function rowsOf(columns: ReadonlyMap<string, unknown[]>): number {
  const lengths = new Map(Array.from(columns, ([name, { length }]) => [length, name]));
  if (lengths.size > 1) {
    const [[a, first], [b, second]] = lengths;
    throw malformedInference(
      `"${first}" has ${a} rows and "${second}" ${b}: a row is one instance in each tensor.`,
    );
  }
  return lengths.keys().next().value ?? 0;
}

const columnAt = ({ rows, width, values }: Tensor, column: number): unknown[] =>
  Array.from({ length: rows }, (_, row) => {
    const value = values[row * width + column];
    return typeof value === "number" && Number.isNaN(value) ? null : value;
  });

function namedColumns(tensor: Tensor): [name: string, values: unknown[]][] {
  const { name, width, columnNames } = tensor;
  if (columnNames !== null) return columnNames.map((column, index) => [column, columnAt(tensor, index)]);
  if (width === 1) return [[name, columnAt(tensor, 0)]];
  return Array.from({ length: width }, (_, index) => [`${name}[${index}]`, columnAt(tensor, index)]);
}

function inputsByPlace(features: readonly Feature[], left: readonly Tensor[]): Map<string, unknown[]> {
  const inputs = features.filter(({ role }) => role === "feature");
  if (left.length !== 1 || left[0].width !== inputs.length) return new Map();
  return new Map(inputs.map(({ name }, column) => [name, columnAt(left[0], column)]));
}

function outputsByPlace(
  features: readonly Feature[],
  classes: readonly string[],
  left: readonly Tensor[],
): Map<string, unknown[]> {
  const place = (feature: Feature): number => classes.indexOf(feature.class ?? "");
  const scores = features.filter(({ role }) => role === "score").sort((a, b) => place(a) - place(b));
  const decision = features.find(({ role }) => role === "prediction");
  const placed = new Map<string, unknown[]>();
  for (const tensor of left) {
    if (scores.length > 0 && tensor.width === scores.length && !(decision && isDecision(tensor, decision)))
      scores.forEach(({ name }, column) => placed.set(name, columnAt(tensor, column)));
    else if (scores.length === 1 && tensor.width === 2) placed.set(scores[0].name, columnAt(tensor, 1));
    else if (decision && tensor.width === 1) placed.set(decision.name, columnAt(tensor, 0));
  }
  return placed;
}

/** Whether an output beside scores is the decision: by its type, or where that leaves it open by its values. */
function isDecision(tensor: Tensor, { type }: Feature): boolean {
  if (tensor.width !== 1 || /prob|score/i.test(tensor.name)) return false;
  const { datatype, values } = tensor;
  if (datatype === "BOOL" || datatype === "BYTES" || /^U?INT/.test(datatype)) return true;
  const given = Array.from(values).filter((value) => value !== null && value !== undefined);
  if (given.some((value) => typeof value !== "number")) return true;
  return datatype === "" && type !== "numeric" && given.every(Number.isInteger);
}
