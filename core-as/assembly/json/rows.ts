/**
 * JSON row objects to columns, parsed where their bytes lie: `[{"a":1,"b":null},{…}]`, every row with the keys of
 * `fields` in their order, and no white space but one blank after a comma or colon (what Python's json.dumps writes).
 *
 * A field is eight i32: its key's text with quotes and colon, that text's length, its kind, its column (8 bytes a row),
 * and for categories a table of slots (0 is free, else code + 1), its size − 1, the spans of the distinct tokens, their
 * number. Kinds: 0 numbers, 1 flags (true and false are 1 and 0), both with NaN for null; 2 categories, as codes of
 * tokens; 3 texts, as spans of tokens; 4 not wanted. Tokens are copied behind one another into `pool`; a span is an
 * offset and a length in it. What a token means is left to the caller, who must parse it to know that it is JSON at all.
 *
 * Behind `end` lie sixteen zero bytes: no token holds one, so that nothing runs past it. Keys are four bytes long or more.
 * Cost: 2 ns a key and what its number costs. −1 where anything is otherwise, never a wrong answer.
 */
import { numberRead, readNumber } from "./number";

/** Its four letters. */
const NULL: u32 = 0x6c6c756e;

/** Rows read, or −1 where the text is no such array. */
export function jsonRows(
  at: usize,
  end: usize,
  fields: usize,
  fieldCount: i32,
  mostRows: i32,
  powers: usize,
  pool: usize,
): i32 {
  const poolStart = pool;
  const last = fields + ((<usize>fieldCount) << 5);
  if (load<u8>(at) !== 0x5b) return -1;
  at += 1;
  for (let row: i32 = 0; row < mostRows;) {
    if (load<u8>(at) !== 0x7b) return -1;
    at += 1;
    for (let field = fields; field < last; field += 32) {
      if (field !== fields) {
        if (load<u8>(at) !== 0x2c) return -1;
        at += 1;
        // A branch, since it is always guessed: what is added would have to be waited for.
        if (load<u8>(at) === 0x20) at += 1;
      }
      const key: usize = load<u32>(field);
      const length: usize = load<u32>(field, 4);
      if (!isKey(at, key, length)) return -1;
      at += length;
      if (load<u8>(at) === 0x20) at += 1;
      const kind = load<i32>(field, 8);
      const slot = <usize>load<u32>(field, 12) + ((<usize>row) << 3);
      const word = load<u32>(at);
      if (kind === 0) {
        // First, and by itself: nearly all fields are numbers.
        let value = NaN;
        if (word === NULL) at += 4;
        else {
          at = readNumber(at, powers);
          if (at === 0) return -1;
          value = numberRead;
        }
        store<f64>(slot, value);
        continue;
      }
      if (kind === 2 || kind === 3) {
        const next = tokenEnd(at);
        if (next === 0) return -1;
        const size = next - at;
        if (kind === 3) {
          store<u32>(slot, <u32>(pool - poolStart));
          store<u32>(slot, <u32>size, 4);
          pool = copy(at, size, pool);
        } else {
          const code = codeOf(field, at, size, pool, poolStart);
          if (code < 0) pool = copy(at, size, pool);
          store<f64>(slot, <f64>(code < 0 ? ~code : code));
        }
        at = next;
        continue;
      }
      let value = NaN;
      if (kind === 4 && (word & 255) === 0x22) {
        const next = tokenEnd(at);
        if (next === 0) return -1;
        // Whether escapes are right is not looked at here.
        for (; at < next; at++) if (load<u8>(at) === 0x5c) return -1;
      } else if (word === NULL) at += 4;
      else if (word === 0x65757274) {
        value = 1;
        at += 4;
      } else if (word === 0x736c6166 && load<u8>(at, 4) === 0x65) {
        value = 0;
        at += 5;
      } else {
        at = readNumber(at, powers);
        if (at === 0) return -1;
        value = numberRead;
      }
      if (kind !== 4) store<f64>(slot, value);
    }
    if (load<u8>(at) !== 0x7d) return -1;
    row += 1;
    const after = load<u8>(at, 1);
    at += 2;
    if (after === 0x5d) return at === end ? row : -1;
    if (after !== 0x2c) return -1;
    if (load<u8>(at) === 0x20) at += 1;
  }
  return -1;
}

/** Whether a key of four bytes or more stands here: eight at once, the last eight over some of those before. */
// inline
function isKey(at: usize, key: usize, length: usize): bool {
  if (length < 8)
    return load<u32>(at) === load<u32>(key) && load<u32>(at + length - 4) === load<u32>(key + length - 4);
  for (let place: usize = 0; place + 8 < length; place += 8)
    if (load<u64>(at + place) !== load<u64>(key + place)) return false;
  return load<u64>(at + length - 8) === load<u64>(key + length - 8);
}

/** Behind a string, or before the comma or brace after anything else; 0 at a control character. */
function tokenEnd(at: usize): usize {
  const quoted = load<u8>(at) === 0x22;
  at += 1;
  for (let byte = load<u8>(at); byte >= 0x20; byte = load<u8>(at)) {
    if (quoted) {
      if (byte === 0x22) return at + 1;
      if (byte === 0x5c) {
        at += 1;
        if (load<u8>(at) < 0x20) return 0;
      }
    } else if (byte === 0x2c || byte === 0x7d) return at;
    at += 1;
  }
  return 0;
}

function copy(from: usize, size: usize, to: usize): usize {
  for (let i: usize = 0; i < size; i++) store<u8>(to + i, load<u8>(from + i));
  return to + size;
}

/** The code of a token, or ~code for one not met before, which then begins at `pool`. FNV-1a, linear probing. */
function codeOf(field: usize, at: usize, size: usize, pool: usize, poolStart: usize): i32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: usize = 0; i < size; i++) hash = (hash ^ load<u8>(at + i)) * 0x01000193;
  const table: usize = load<u32>(field, 16);
  const mask = load<u32>(field, 20);
  const spans: usize = load<u32>(field, 24);
  let probe = hash ^ (hash >> 15);
  let slot = table + ((<usize>(probe & mask)) << 2);
  for (let held = load<i32>(slot); held !== 0; held = load<i32>(slot)) {
    const span = spans + ((<usize>(held - 1)) << 3);
    if (load<u32>(span, 4) === <u32>size) {
      const text = poolStart + load<u32>(span);
      let i: usize = 0;
      while (i < size && load<u8>(text + i) === load<u8>(at + i)) i++;
      if (i === size) return held - 1;
    }
    probe += 1;
    slot = table + ((<usize>(probe & mask)) << 2);
  }
  const fresh = load<i32>(field, 28);
  store<i32>(field, fresh + 1, 28);
  store<i32>(slot, fresh + 1);
  const span = spans + ((<usize>fresh) << 3);
  store<u32>(span, <u32>(pool - poolStart));
  store<u32>(span, <u32>size, 4);
  return ~fresh;
}
