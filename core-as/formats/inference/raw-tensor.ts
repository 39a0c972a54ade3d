/**
 * The values of a raw tensor: little-endian, one after the other; BYTES are a 32-bit length and so many bytes of UTF-8 each.
 * Source: Open Inference Protocol V2, "Binary Tensor Data Extension"; half floats: IEEE 754.
 */
import { malformedInference } from "./tensor.ts";

const readers: Record<string, [bytes: number, read: (view: DataView, at: number) => unknown]> = {
  BOOL: [1, (view, at) => view.getUint8(at) !== 0],
  UINT8: [1, (view, at) => view.getUint8(at)],
  INT8: [1, (view, at) => view.getInt8(at)],
  UINT16: [2, (view, at) => view.getUint16(at, true)],
  INT16: [2, (view, at) => view.getInt16(at, true)],
  UINT32: [4, (view, at) => view.getUint32(at, true)],
  INT32: [4, (view, at) => view.getInt32(at, true)],
  UINT64: [8, (view, at) => Number(view.getBigUint64(at, true))],
  INT64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  FP16: [2, (view, at) => half(view.getUint16(at, true))],
  BF16: [2, (view, at) => upperHalf(view.getUint16(at, true))],
  FP32: [4, (view, at) => view.getFloat32(at, true)],
  FP64: [8, (view, at) => view.getFloat64(at, true)],
};

export function readRawTensor(name: string, datatype: string, bytes: Uint8Array, count: number): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datatype === "BYTES") return readTexts(name, view, bytes, count);
  const reader = Object.hasOwn(readers, datatype) ? readers[datatype] : undefined;
  if (reader === undefined)
    throw malformedInference(`The tensor "${name}" has the datatype "${datatype.slice(0, 20)}".`);
  const [size, read] = reader;
  if (bytes.length !== size * count)
    throw malformedInference(`The tensor "${name}" has ${bytes.length} bytes, not ${size * count}.`);
  return Array.from({ length: count }, (_, index) => read(view, index * size));
}

function readTexts(name: string, view: DataView, bytes: Uint8Array, count: number): string[] {
  const [texts, decoder]: [string[], TextDecoder] = [[], new TextDecoder()];
  let at = 0;
  while (texts.length < count && at + 4 <= bytes.length) {
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > bytes.length) break;
    texts.push(decoder.decode(bytes.subarray(at, at + length)));
    at += length;
  }
  if (texts.length !== count || at !== bytes.length)
    throw malformedInference(`The tensor "${name}" does not hold ${count} texts.`);
  return texts;
}

/** Powers of two below are exact. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  let value = exponent === 0 ? fraction : 1024 + fraction;
  for (let power = Math.max(exponent, 1); power < 25; power++) value /= 2;
  for (let power = 25; power < exponent; power++) value *= 2;
  return sign * value;
}

const words = new DataView(new ArrayBuffer(4));
function upperHalf(bits: number): number {
  words.setUint32(0, bits * 0x10000);
  return words.getFloat32(0);
}
