/** Bytes in and out, with every bound checked here and nowhere else. */

const MAGIC = 0x5754444d; // "MDTW", little-endian
export const WIRE_VERSION = 1;

/** What a buffer holds; stored bytes live for years, so numbers are never reused (2 to 4: forms before segments). */
export const wireKinds = {
  counts: 1,
  receipts: 5,
  sketch: 6,
  distinct: 7,
  hitters: 8,
  delta: 9,
  log: 10,
  labelBatch: 11,
  compared: 12,
  sketches: 13,
  featureSketch: 14,
  packedJson: 15,
  archiveRecord: 20,
  pendingFiles: 21,
  archiveLedger: 22,
  erased: 23,
} as const;
export type WireKind = keyof typeof wireKinds;

const headerBytes = 6;
const encoder = new TextEncoder();
/** A byte order mark is part of the text: what was written comes back. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A text as it comes back from UTF-8, which has no place for a lone surrogate. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

/** A buffer that is not what it says; the message is a sentence. */
export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WireError";
  }
}

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(kind: WireKind, capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
    this.u32(MAGIC);
    this.u8(WIRE_VERSION);
    this.u8(wireKinds[kind]);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** A non-negative safe integer, 7 bits a byte. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new WireError(`${value} is not a count`);
    this.#reserve(8);
    let rest = value;
    // Bit operations hold 32 bits only; counts and times are longer.
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A time on a whole second, before or after 1970. */
  timeMs(value: number): void {
    const seconds = value / 1000;
    if (!Number.isSafeInteger(seconds)) throw new WireError(`${value} ms is not on a whole second`);
    this.varint(seconds < 0 ? -2 * seconds - 1 : 2 * seconds);
  }

  text(value: string): void {
    this.block(encoder.encode(value));
  }

  /** A length, then the bytes. */
  block(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The bytes so far, copied: what is stored holds no spare room. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length) as Uint8Array<ArrayBuffer>;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #kind: WireKind;
  #position = 0;

  constructor(bytes: Uint8Array, kind: WireKind) {
    this.#bytes = bytes;
    this.#kind = kind;
    if (bytes.length < headerBytes) throw new WireError(`${kind}: the buffer ends inside its header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== MAGIC)
      throw new WireError(`${kind}: the buffer does not start with MDTW`);
    if (bytes[4] !== WIRE_VERSION)
      throw new WireError(`${kind}: version ${bytes[4]} is not ${WIRE_VERSION}, the one that is understood`);
    if (bytes[5] !== wireKinds[kind])
      throw new WireError(`${kind}: the buffer holds another kind (${bytes[5]})`);
    this.#position = headerBytes;
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }

  u8(): number {
    return this.raw(1)[0];
  }

  u32(): number {
    this.skip(4);
    const [bytes, end] = [this.#bytes, this.#position];
    return (bytes[end - 4] | (bytes[end - 3] << 8) | (bytes[end - 2] << 16) | (bytes[end - 1] << 24)) >>> 0;
  }

  f64(): number {
    const { buffer, byteOffset } = this.raw(8);
    return new DataView(buffer, byteOffset, 8).getFloat64(0, true);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let byteIndex = 0; byteIndex < 8; byteIndex++) {
      if (this.#position >= this.#bytes.length) throw this.refuse("ends inside a number");
      const byte = this.#bytes[this.#position++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw this.refuse("has a number past 2^53");
        return value;
      }
      scale *= 0x80;
    }
    throw this.refuse("has a number of more than 8 bytes");
  }

  timeMs(): number {
    const zigzag = this.varint();
    return (zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2) * 1000;
  }

  text(): string {
    return decoder.decode(this.block());
  }

  block(): Uint8Array {
    return this.raw(this.varint());
  }

  /** A view, not a copy. */
  raw(length: number): Uint8Array {
    this.skip(length);
    return this.#bytes.subarray(this.#position - length, this.#position);
  }

  skip(length: number): void {
    if (length > this.left) throw this.refuse(`promises ${length} bytes and has ${this.left}`);
    this.#position += length;
  }

  /** How many entries follow; refused when they could not fit even at `leastBytes` each. */
  count(leastBytes: number): number {
    const count = this.varint();
    if (count * leastBytes > this.left)
      throw this.refuse(`promises ${count} entries and has ${this.left} bytes`);
    return count;
  }

  end(): void {
    if (this.left > 0) throw this.refuse(`has ${this.left} bytes too many`);
  }

  refuse(what: string): WireError {
    return new WireError(`${this.#kind}: the buffer ${what}`);
  }
}
