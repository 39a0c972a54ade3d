import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneOf, pairs, parsed } from "../../client/command/arguments.ts";
import { CommandError } from "../../client/command/command-error.ts";
import { cut, displayWidth, padded, printable, wrapped } from "../../client/command/terminal-text.ts";

describe("text on a terminal", () => {
  it("is as wide as it is shown", () => {
    expect(displayWidth("Bern")).toBe(4);
    expect(displayWidth("東京")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(padded("東", 4)).toBe("東  ");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, width) => {
        expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width);
        if (displayWidth(text) <= width) expect(cut(text, width)).toBe(text);
      }),
    );
  });

  it("is broken between words, and no word is lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
        fc.integer({ min: 16, max: 60 }),
        (words, width) => {
          const lines = wrapped(words.join(" "), width, "  ");
          expect(lines.every((line) => line.length <= width && line.startsWith("  "))).toBe(true);
          expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(words);
        },
      ),
    );
  });

  it("cannot move the cursor, hide or turn round", () => {
    expect(printable("a\u001b[2J\r\n\u202eb")).toBe("a▯[2J▯▯▯b");
  });
});

describe("what was typed", () => {
  const kinds = { json: "maybe", level: "one", ignore: "all", quiet: "flag" } as const;

  it("takes the word after an option for its value only where there is one too many", () => {
    const of = (...args: string[]): [string | null, string[]] => {
      const given = parsed(args, kinds, 2);
      return [given.maybe("json"), given.positionals];
    };
    expect(of("a", "b")).toEqual([null, ["a", "b"]]);
    expect(of("a", "b", "--json")).toEqual(["", ["a", "b"]]);
    expect(of("--json", "a", "b")).toEqual(["", ["a", "b"]]);
    expect(of("a", "b", "--json", "c")).toEqual(["c", ["a", "b"]]);
    expect(of("--json", "c", "a", "b")).toEqual(["c", ["a", "b"]]);
    expect(of("a", "--json=c", "b")).toEqual(["c", ["a", "b"]]);
  });

  it("is refused with what to do", () => {
    const refused = (args: string[], says: RegExp): void => {
      expect(() => parsed(args, kinds, 2)).toThrow(CommandError);
      expect(() => parsed(args, kinds, 2)).toThrow(says);
    };
    refused(["--leevl", "1"], /did you mean --level/);
    refused(["--level"], /needs a value/);
    refused(["--level", "--quiet"], /needs a value/);
    refused(["--level", "1", "--level", "2"], /twice/);
    refused(["--quiet=yes"], /no value/);
    expect(() => oneOf("--by", "year", ["day", "week"])).toThrow('day, week; "year"');
    expect(() => pairs("--type", ["x"])).toThrow("COLUMN=VALUE");
    expect(pairs("--type", ["a=b=numeric"])).toEqual({ "a=b": "numeric" });
  });
});
