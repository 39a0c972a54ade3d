/**
 * The bodies of KServe's V1 protocol, which is TensorFlow Serving's: `{ "instances": […] }` is answered by `{ "predictions": […] }`,
 * a value, a list or an object an instance; or both by columns, as `{ "inputs": { … } }` and `{ "outputs": { … } }`.
 */
import { type Half, isObject, malformedInference, type Tensor } from "./tensor.ts";
import { limits } from "../../domain/limits.ts";

const fields = { request: ["instances", "inputs"], response: ["predictions", "outputs"] } as const;

/** Null for a body of another protocol. */
export function readKserveV1(value: unknown, part: "request" | "response"): Half | null {
  if (!isObject(value)) return null;
  const [rowField, columnField] = fields[part];
  const [rows, columns] = [value[rowField], value[columnField]];
  let tensors: Tensor[] | null = null;
  if (Array.isArray(rows)) tensors = tensorsOfRows(rowField, rows);
  else if (isObject(columns) || Array.isArray(columns))
    tensors = Object.entries(isObject(columns) ? columns : { [columnField]: columns }).flatMap(
      ([name, values]) => (Array.isArray(values) ? tensorOf(name, values) : []),
    );
  return tensors && { id: null, timestamp: null, version: null, tensors };
}

/** Objects become a tensor a field. */
function tensorsOfRows(name: string, rows: readonly unknown[]): Tensor[] {
  if (!rows.some(isObject)) return tensorOf(name, rows);
  const names = new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : [])));
  if (names.size > 2 * limits.features)
    throw malformedInference(`The ${name} have ${names.size} fields; at most ${limits.features} are taken.`);
  return Array.from(names).flatMap((field) =>
    tensorOf(
      field,
      rows.map((row) => (isObject(row) && Object.hasOwn(row, field) ? row[field] : null)),
    ),
  );
}

/** Rows of one value, or of lists of the same length; none where they are neither. */
function tensorOf(name: string, rows: readonly unknown[]): Tensor[] {
  const first = rows.find((row) => Array.isArray(row)) as unknown[] | undefined;
  const base = { name, rows: rows.length, columnNames: null, datatype: "" };
  if (first === undefined) return [{ ...base, width: 1, values: rows }];
  const width = first.length;
  const nested = rows.some((row) => !Array.isArray(row) || row.length !== width || row.some(Array.isArray));
  if (nested || width === 0 || width > limits.features) return [];
  return [{ ...base, width, values: rows.flat() }];
}
