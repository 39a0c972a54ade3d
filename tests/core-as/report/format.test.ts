import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatCompact,
  formatNumber,
  formatP,
  formatPercent,
  formatSpan,
  formatTime,
  formatWindow,
  formatWindowShort,
} from "#core/report/format.ts";

const start = Date.UTC(2001, 4, 2);
const day = 86_400_000;

describe("numbers", () => {
  it("have three significant digits and a real minus sign", () => {
    expect(formatNumber(0.136842)).toBe("0.137");
    expect(formatNumber(-1234.5)).toBe("−1230");
    expect(formatNumber(0)).toBe("0");
  });

  it("say when there is none", () => {
    for (const none of [null, undefined, NaN]) expect(formatNumber(none)).toBe("–");
    expect(formatNumber(-Infinity)).toBe("−∞");
    expect(formatPercent(null)).toBe("–");
    expect(formatP(undefined)).toBe("–");
  });

  it("are never shown further from the value than their digits allow", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (value) => {
        const shown = Number(formatNumber(value).replace("−", "-"));
        expect(Math.abs(shown - value) / value).toBeLessThan(0.06);
      }),
    );
  });

  it("shorten only where nobody counts", () => {
    expect(formatCompact(9876)).toBe("9,876");
    expect(formatCompact(2_487_311)).toBe("2.5M");
  });

  it("give tiny p-values and shares as bounds, never as zero", () => {
    expect(formatP(3e-12)).toBe("< 1e−6");
    expect(formatPercent(1e-5)).toBe("< 0.1 %");
    expect(formatPercent(0)).toBe("0 %");
  });
});

describe("times", () => {
  it("are UTC and say so", () => {
    expect(formatTime(start + 17 * 3_600_000 + 59 * 60_000)).toBe("2 May 2001, 17:59 UTC");
  });

  it("name a window of one UTC day by its day, and any other by both ends", () => {
    expect(formatWindow(start, start + day)).toBe("2 May 2001");
    expect(formatWindow(start, start + day / 24)).toBe("2 May 2001, 00:00 UTC – 2 May 2001, 01:00 UTC");
    expect(formatWindow(start + 1, start + 1 + day)).toContain("–");
  });

  it("label hours by the hour they start", () => {
    expect(formatWindowShort(start, start + day)).toBe("2 May");
    expect(formatWindowShort(start + day / 24, start + day / 12)).toBe("2 May 01:00");
  });

  it("write a span of one day once, its end not being part of it", () => {
    expect(formatSpan(start, start + day)).toBe("2 May 2001");
    expect(formatSpan(start, start + 2 * day)).toBe("2 May 2001 – 3 May 2001");
    expect(formatSpan(start, null)).toBe("2 May 2001 – now");
  });
});
