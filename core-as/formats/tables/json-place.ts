/**
 * Where a text stops being JSON. Engines say it in different words, and for some faults not at all; a text that `JSON.parse`
 * refused is read again here, by RFC 8259, up to the first token that cannot stand where it stands.
 */
/* eslint-disable no-control-regex -- what JSON texts may not hold */
const token =
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[{\]},:]))/y;
/* eslint-enable no-control-regex */
const blank = /[ \t\r\n]*/y;

type Expected = "value" | "first" | "key" | "name" | "colon" | "next" | "end";

/** The place counted from 0: that of the end where the text ends too early. */
export function faultIn(text: string): number {
  const open: string[] = [];
  let [at, expected]: [number, Expected] = [0, "value"];
  for (;;) {
    blank.lastIndex = at;
    blank.exec(text);
    const start = blank.lastIndex;
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) return start;
    const [, string, scalar, mark] = found;
    const next = after(expected, string !== undefined, scalar !== undefined, mark, open);
    if (next === null) return start;
    [at, expected] = [token.lastIndex, next];
  }
}

/** What may follow the token; null where it may not stand here. */
function after(
  expected: Expected,
  string: boolean,
  scalar: boolean,
  mark: string,
  open: string[],
): Expected | null {
  const value = expected === "value" || expected === "first";
  if (expected === "name" || expected === "key") {
    if (string) return "colon";
    return mark === "}" && expected === "key" ? closed(open) : null;
  }
  if (expected === "colon") return mark === ":" ? "value" : null;
  if (value && (string || scalar)) return open.length === 0 ? "end" : "next";
  if (value && (mark === "{" || mark === "[")) {
    open.push(mark);
    return mark === "{" ? "key" : "first";
  }
  const list = open[open.length - 1] === "[";
  if (expected === "first" && mark === "]") return closed(open);
  if (expected !== "next") return null;
  if (mark === ",") return list ? "value" : "name";
  return mark === (list ? "]" : "}") ? closed(open) : null;
}

function closed(open: string[]): Expected {
  open.pop();
  return open.length === 0 ? "end" : "next";
}

/** What stands at the place, for the eye. */
export function excerptAt(text: string, place: number): string {
  if (place >= text.trimEnd().length) return "it ends too early";
  const from = Math.max(0, place - 10);
  return `“${text.slice(from, from + 30).replace(/\s+/g, " ")}”`;
}
