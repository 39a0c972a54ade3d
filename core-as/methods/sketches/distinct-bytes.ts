/**
 * Registers as bytes: header, the number of register bits, then either gaps and values of the registers in use (few) or
 * all of them (many), then a checksum. Which of the two follows from how many are in use, so equal sketches have equal
 * bytes; anything else is refused with a sentence (WireError).
 */
import { ByteWriter, type ByteReader } from "../../domain/wire/bytes.ts";
import { emptyDistinct, registerBits, type DistinctSketch } from "./distinct-count.ts";
import { opened, sealed } from "./sealed-bytes.ts";

/** A gap and a value take two bytes or three. */
const bytesAnEntry = 3;

export function writeDistinct({ b, registers }: DistinctSketch): Uint8Array<ArrayBuffer> {
  const inUse = registers.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  const writer = new ByteWriter("distinct", 16 + Math.min(registers.length, inUse * bytesAnEntry));
  writer.u8(b);
  writer.varint(inUse);
  if (isDense(inUse, b)) writer.raw(registers);
  else {
    let next = 0;
    registers.forEach((value, at) => {
      if (value === 0) return;
      writer.varint(at - next);
      writer.u8(value);
      next = at + 1;
    });
  }
  return sealed(writer);
}

export function readDistinct(bytes: Uint8Array): DistinctSketch {
  const reader = opened(bytes, "distinct");
  const b = reader.u8();
  if (b < registerBits.least || b > registerBits.most) throw reader.refuse(`has registers of ${b} bits`);
  const sketch = emptyDistinct(b);
  const inUse = reader.varint();
  if (isDense(inUse, b)) sketch.registers.set(reader.raw(sketch.registers.length));
  else readEntries(reader, inUse, sketch.registers);
  reader.end();
  const most = 64 - b + 1;
  let used = 0;
  for (const value of sketch.registers) {
    if (value > most) throw reader.refuse(`has a register of ${value}, and ${most} is most`);
    if (value > 0) used++;
  }
  if (used !== inUse) throw reader.refuse(`says ${inUse} registers are in use and has ${used}`);
  return sketch;
}

function readEntries(reader: ByteReader, inUse: number, registers: Uint8Array): void {
  let next = 0;
  for (let entry = 0; entry < inUse; entry++) {
    const at = next + reader.varint();
    if (at >= registers.length) throw reader.refuse(`has a register ${at} of ${registers.length}`);
    registers[at] = reader.u8();
    next = at + 1;
  }
}

function isDense(inUse: number, b: number): boolean {
  return inUse * bytesAnEntry >= 1 << b;
}
