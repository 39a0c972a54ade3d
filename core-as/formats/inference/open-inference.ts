/**
 * Open Inference Protocol V2: the JSON bodies of `POST /v2/models/{model}/infer` and of its answer, with tensors in the JSON or
 * raw behind it.
 *
 * Source: github.com/open-inference/open-inference-protocol, "Inference Request/Response JSON Object"; `parameters.content_type`
 * and columns as tensors: MLServer's codecs.
 */
import { readRawTensor } from "./raw-tensor.ts";
import {
  type Half,
  type Inference,
  isObject,
  malformedInference,
  tableShape,
  type Tensor,
} from "./tensor.ts";

/** A request, a response, both side by side, or both as `{ request, response }`; null for what is none of these. */
export function readOpenInference(value: unknown, binary: Uint8Array): Inference | null {
  if (!isObject(value)) return null;
  const { request, response } = value;
  if (isObject(request) || isObject(response)) {
    if (binary.length > 0)
      throw malformedInference("Raw tensors follow one request or one response, not both.");
    return {
      request: isObject(request) ? halfOf(request, "inputs", binary) : null,
      response: isObject(response) ? halfOf(response, "outputs", binary) : null,
    };
  }
  const [asks, answers] = [isTensors(value.inputs), isTensors(value.outputs) && holdsData(value.outputs)];
  if (asks && answers && binary.length > 0)
    throw malformedInference("Raw tensors follow one request or one response, not both.");
  if (!asks && !answers) return null;
  return {
    request: asks ? halfOf(value, "inputs", binary) : null,
    response: answers ? halfOf(value, "outputs", binary) : null,
  };
}

const isTensors = (value: unknown): value is Record<string, unknown>[] =>
  Array.isArray(value) && value.every((one) => isObject(one) && typeof one.name === "string");

/** A request's `outputs` only name what it wants. */
const holdsData = (tensors: readonly Record<string, unknown>[]): boolean =>
  tensors.some(({ data, shape }) => data !== undefined || shape !== undefined);

function halfOf(body: Record<string, unknown>, field: "inputs" | "outputs", binary: Uint8Array): Half {
  const given = body[field];
  if (!isTensors(given))
    throw malformedInference(`"${field}" is no list of tensors { name, shape, datatype, data }.`);
  const parameters = isObject(body.parameters) ? body.parameters : {};
  let rest = binary;
  const tensors = given.flatMap((raw) => {
    const { name, shape, datatype } = raw as { name: string; shape: unknown; datatype: unknown };
    if (!Array.isArray(shape)) throw malformedInference(`The tensor "${name}" has no shape.`);
    const own = isObject(raw.parameters) ? raw.parameters : {};
    const size = own.binary_data_size;
    let bytes: Uint8Array | null = null;
    if (size !== undefined) {
      if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > rest.length)
        throw malformedInference(
          `The tensor "${name}" says ${String(size).slice(0, 20)} bytes; ${rest.length} follow.`,
        );
      bytes = rest.subarray(0, size as number);
      rest = rest.subarray(size as number);
    }
    const table = tableShape(name, shape as number[]);
    if (table === null) return [];
    const { rows, width } = table;
    const type = typeof datatype === "string" ? datatype : "";
    const values = bytes === null ? flat(raw.data) : readRawTensor(name, type, bytes, rows * width);
    if (values.length !== rows * width)
      throw malformedInference(`The tensor "${name}" has ${values.length} values, not ${rows} × ${width}.`);
    const columnNames = namesOf(own.column_names ?? parameters.column_names, width);
    return [{ name, rows, width, columnNames, values, datatype: type } satisfies Tensor];
  });
  if (rest.length > 0) throw malformedInference(`${rest.length} bytes follow the last tensor.`);
  const textOf = (value: unknown): string | null =>
    typeof value === "string" && value !== "" ? value : null;
  const [id, version] = [textOf(body.id), textOf(body.model_version)];
  return { id, version, timestamp: parameters.timestamp ?? null, tensors };
}

function flat(data: unknown): unknown[] {
  if (!Array.isArray(data)) return data === undefined ? [] : [data];
  return data.some(Array.isArray) ? (data.flat(Infinity) as unknown[]) : data;
}

/** A list, or the same as one text; only where there is one for each value of a row. */
function namesOf(given: unknown, width: number): string[] | null {
  const names = typeof given === "string" ? given.split(",").map((name) => name.trim()) : given;
  if (!Array.isArray(names) || names.length !== width) return null;
  return names.every((name) => typeof name === "string") ? names : null;
}
