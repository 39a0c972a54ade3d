/**
 * What text is written in: a byte order mark says it, else UTF-8 is tried. A file whose first characters beyond ASCII are no
 * UTF-8 is read as Windows-1252, which is what spreadsheets write; bytes that break off UTF-8 later become U+FFFD. Both
 * are remarked on. The choice is made line by line, so that it does not depend on how the bytes arrive.
 */
import { unreadable } from "./table.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export interface Decoder {
  decode(bytes: Bytes): string;
  end(): string;
  remarks(name: string): string[];
}

/** By the first four bytes (fewer only where the file has no more). */
export function encodingOf(start: Bytes): string {
  const [a, b, c, d] = start;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  // Two Latin letters in 16 bits each, without the mark.
  if (start.length >= 4 && a > 0 && b === 0 && c > 0 && d === 0) return "utf-16le";
  if (start.length >= 4 && a === 0 && b > 0 && c === 0 && d > 0) return "utf-16be";
  return "utf-8";
}

export function decoderFor(encoding: string, name = ""): Decoder {
  if (/^utf-?8$/i.test(encoding)) return byLines();
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch {
    throw unreadable(name, `"${encoding}" is no encoding: try utf-8, utf-16le, windows-1252 or iso-8859-15.`);
  }
  return {
    decode: (bytes) => decoder.decode(bytes, { stream: true }),
    end: () => decoder.decode(),
    remarks: () => [],
  };
}

/** What Windows-1252 has where Latin-1 has control characters; Node 20 reads it as Latin-1. */
const from80 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
const latin = new TextDecoder("windows-1252");
const western = (bytes: Bytes): string =>
  latin.decode(bytes).replace(/[\u0080-\u009f]/g, (letter) => from80[letter.charCodeAt(0) - 0x80]);

const [lineFeed, carriageReturn] = [10, 13];

function byLines(): Decoder {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  let state: "ascii" | "utf-8" | "windows-1252" = "ascii";
  let broken = 0;
  let begun = false;
  let held: Bytes[] = [];

  function whole(bytes: Bytes): string {
    if (state === "windows-1252") return western(bytes);
    try {
      const text = strict.decode(bytes);
      if (text.length < bytes.length) state = "utf-8";
      return text;
    } catch {
      return lines(bytes); // not swallowed: each line is judged for itself
    }
  }

  function lines(bytes: Bytes): string {
    let [text, from] = ["", 0];
    while (from < bytes.length) {
      const end = bytes.indexOf(lineFeed, from);
      const line = bytes.subarray(from, end < 0 ? bytes.length : end + 1);
      text += oneLine(line);
      from += line.length;
    }
    return text;
  }

  function oneLine(line: Bytes): string {
    if (state === "windows-1252") return western(line);
    try {
      const text = strict.decode(line);
      if (text.length < line.length) state = "utf-8";
      return text;
    } catch {
      if (state === "ascii") {
        state = "windows-1252";
        return western(line);
      }
      broken++; // not swallowed: remarked on
      return lenient.decode(line);
    }
  }

  function together(last: Bytes): Bytes {
    if (held.length === 0) return last;
    const all = new Uint8Array(held.reduce((sum, part) => sum + part.length, last.length));
    let at = 0;
    for (const part of [...held, last]) {
      all.set(part, at);
      at += part.length;
    }
    held = [];
    return all;
  }

  function unmarked(text: string): string {
    if (begun || text === "") return text;
    begun = true;
    if (text.charCodeAt(0) !== 0xfeff) return text;
    return text.slice(1);
  }

  return {
    decode(bytes) {
      let cut = bytes.lastIndexOf(lineFeed) + 1;
      if (cut === 0) cut = bytes.lastIndexOf(carriageReturn) + 1;
      if (cut === 0) {
        held.push(bytes.slice());
        return "";
      }
      const text = whole(together(bytes.subarray(0, cut)));
      if (cut < bytes.length) held.push(bytes.slice(cut));
      return unmarked(text);
    },
    end: () => unmarked(whole(together(new Uint8Array()))),
    remarks(name) {
      if (state === "windows-1252") return [`${name} is no UTF-8: it was read as Windows-1252.`];
      if (broken > 0)
        return [`${broken} lines of ${name} hold bytes that are no UTF-8: they are shown as “�”.`];
      return [];
    },
  };
}
