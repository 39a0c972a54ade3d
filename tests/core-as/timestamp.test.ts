import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimestamp } from "#core/formats/timestamp.ts";

const moments = fc.date({ min: new Date(-6e13), max: new Date(Date.UTC(9999, 11, 31)), noInvalidDate: true });

describe("timestamps", () => {
  it("of every usual shape are the moment that a date object has", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const iso = moment.toISOString();
        expect(parseTimestamp(iso)).toBe(moment.getTime());
        expect(parseTimestamp(iso.replace("T", " ").slice(0, -1))).toBe(moment.getTime());
        const seconds = Math.floor(moment.getTime() / 1000) * 1000;
        expect(parseTimestamp(`${iso.slice(0, 19)}Z`)).toBe(seconds);
        expect(parseTimestamp(`${iso.slice(0, 19)}+02:00`)).toBe(seconds - 7_200_000);
      }),
    );
  });

  it("on days that are none are none", () => {
    for (const text of [
      "2026-02-29",
      "2026-02-30T10:00:00Z",
      "2026-04-31 10:00:00",
      "2026-13-01T00:00:00Z",
      "2026-00-10T00:00:00Z",
    ])
      expect(parseTimestamp(text)).toBeNaN();
    for (const text of [
      "2026-01-01T24:00:00Z",
      "2026-01-01T10:60:00Z",
      "2026-01-01T1a:00:00Z",
      "2026-01-01Q10:00:00Z",
    ])
      expect(parseTimestamp(text)).toBeNaN();
    expect(parseTimestamp("2024-02-29T23:59:59.999Z")).toBe(Date.UTC(2024, 1, 29, 23, 59, 59, 999));
    expect(parseTimestamp("2026-12-31T00:00:00Z")).toBe(Date.UTC(2026, 11, 31));
    expect(parseTimestamp("0000-03-01T00:00:00Z")).toBe(Date.parse("0000-03-01T00:00:00Z"));
  });
});
