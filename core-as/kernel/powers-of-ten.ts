/**
 * What reading numbers needs (assembly/json/number.ts): 10^0…10^22 as doubles, a hole, and the powers of five from −342
 * to 308 in 128 bits, high half first: cut where they are not exact, the negative ones rounded up, as Lemire 2021 has
 * them; and 10^0…10^19 as whole numbers. Made when first asked for, in a millisecond or two, so that the artefact need not carry ten kilobytes.
 */
let table: Uint8Array | undefined;

export function powersOfTen(): Uint8Array {
  return (table ??= makeTable());
}

const bitsOf = (whole: bigint): number => {
  const hex = whole.toString(16);
  return 4 * (hex.length - 1) + (32 - Math.clz32(parseInt(hex[0], 16)));
};

function makeTable(): Uint8Array {
  const words = new BigUint64Array(24 + 2 * 651 + 20);
  const exact = new Float64Array(words.buffer, 0, 23);
  for (let power = 0; power <= 22; power++) exact[power] = Number(`1e${power}`);
  const put = (power: number, value: bigint): void => {
    words[24 + 2 * (power + 342)] = value >> 64n;
    words[25 + 2 * (power + 342)] = value & 0xffffffffffffffffn;
  };
  let five = 1n;
  for (let power = 0; power <= 342; power++) {
    const bits = bitsOf(five);
    if (power <= 308) put(power, bits <= 128 ? five << BigInt(128 - bits) : five >> BigInt(bits - 128));
    // 2^(bits + 127) over 5^power has 128 bits, since 5^power is no power of two.
    if (power > 0) put(-power, (1n << BigInt(bits + 127)) / five + 1n);
    five *= 5n;
  }
  for (let power = 0, ten = 1n; power <= 19; power++, ten *= 10n) words[24 + 2 * 651 + power] = ten;
  return new Uint8Array(words.buffer);
}
