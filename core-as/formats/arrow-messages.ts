/**
 * A look at the messages of an Arrow stream before it is decoded: every count that the decoder would trust (vectors,
 * fields, texts, rows) is held against the bytes there are, all of them together, so that two megabytes that point at
 * themselves cannot ask for gigabytes or for minutes.
 *
 * Source: the Arrow columnar format's encapsulated messages (Message.fbs, Schema.fbs); FlatBuffers' tables and vectors.
 */
import { ProblemError } from "../domain/errors.ts";

const fileMagic = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];
const kinds = { schema: 1, dictionaryBatch: 2, recordBatch: 3 };
const mostNested = 8;

const impossible = (): ProblemError =>
  new ProblemError(
    "malformed_columns",
    "The body is no Arrow IPC stream or file, or one with impossible lengths.",
  );

/**
 * The stream within the bytes, found sound: a file is one between its magic and its footer.
 * @param rowsPerByte values that a byte may hold; more than eight only where buffers may be compressed
 */
export function checkedStream(bytes: Uint8Array, rowsPerByte = 8): Uint8Array {
  const isFile = fileMagic.every((byte, index) => bytes[index] === byte);
  const stream = isFile ? bytes.subarray(8) : bytes;
  const view = viewOf(stream, 0, stream.length);
  // A value takes at least a bit, and a schema is a little longer than its text.
  const budget = { left: stream.length * rowsPerByte };
  try {
    let at = 0;
    while (at + 4 <= stream.length) {
      let length = view.getInt32(at, true);
      at += 4;
      if (length === -1) {
        length = view.getInt32(at, true);
        at += 4;
      }
      if (length === 0) break;
      if (length < 0 || at + length > stream.length) throw impossible();
      at += length + new Message(viewOf(stream, at, length), budget).check();
    }
  } catch {
    // A DataView does not read outside of itself: a place that lies is a RangeError.
    throw impossible();
  }
  return stream;
}

const viewOf = ({ buffer, byteOffset }: Uint8Array, at: number, length: number): DataView =>
  new DataView(buffer, byteOffset + at, length);

/** Where a table's field lies, by its slot; 0 where it is left out. */
type Slots = (slot: number) => number;

class Message {
  readonly head: DataView;
  readonly budget: { left: number };
  constructor(head: DataView, budget: { left: number }) {
    this.head = head;
    this.budget = budget;
  }

  /** The length of the body that follows. */
  check(): number {
    const { head } = this;
    const message = this.table(head.getInt32(0, true));
    const kind = message(6) === 0 ? 0 : head.getUint8(message(6));
    const content = this.table(this.pointed(message(8)));
    if (kind === kinds.schema) {
      this.fields(content(6), 0);
      this.pairs(content(8));
    } else if (kind === kinds.dictionaryBatch) this.batch(this.table(this.pointed(content(6))));
    else if (kind === kinds.recordBatch) this.batch(content);
    else throw impossible();
    return message(10) === 0 ? 0 : this.size(message(10));
  }

  table(at: number): Slots {
    const slots = at - this.head.getInt32(at, true);
    const end = this.head.getUint16(slots, true);
    return (slot) => {
      const offset = slot < end ? this.head.getUint16(slots + slot, true) : 0;
      return offset === 0 ? 0 : at + offset;
    };
  }

  pointed(at: number): number {
    return at + this.head.getInt32(at, true);
  }

  /** The entries of a vector, by their places. */
  *vector(at: number, stride: number): Generator<number> {
    if (at === 0) return;
    const start = this.pointed(at);
    const count = this.head.getUint32(start, true);
    if (start < 0 || start + 4 + count * stride > this.head.byteLength) throw impossible();
    for (let index = 0; index < count; index++) yield start + 4 + index * stride;
  }

  spend(amount: number): void {
    this.budget.left -= amount;
    if (this.budget.left < 0) throw impossible();
  }

  /** A whole number of 64 bits that counts something in the stream. */
  size(at: number): number {
    const value = this.head.getBigInt64(at, true);
    if (value < 0n || value > BigInt(this.budget.left)) throw impossible();
    return Number(value);
  }

  text(at: number): void {
    if (at !== 0) this.spend(this.head.getUint32(this.pointed(at), true));
  }

  batch(batch: Slots): void {
    for (const node of this.vector(batch(6), 16)) {
      this.size(node + 8);
      this.spend(this.size(node));
    }
    for (const buffer of this.vector(batch(8), 16)) this.size(buffer + 8);
    for (const entry of this.vector(batch(12), 8)) this.spend(this.size(entry));
  }

  fields(at: number, depth: number): void {
    if (depth > mostNested) throw impossible();
    for (const place of this.vector(at, 4)) {
      const field = this.table(this.pointed(place));
      this.spend(1);
      this.text(field(4));
      this.pairs(field(16));
      this.fields(field(14), depth + 1);
    }
  }

  /** Keys and values of metadata. */
  pairs(at: number): void {
    for (const place of this.vector(at, 4)) {
      const pair = this.table(this.pointed(place));
      this.spend(1);
      this.text(pair(4));
      this.text(pair(6));
    }
  }
}
