import { describe, expect, it } from "vitest";
import { requireAllowedUrl } from "../../worker/alerts/url-rules.ts";
import { nextAttemptMs } from "../../worker/alerts/retry-schedule.ts";

describe("a webhook's address", () => {
  it.each([
    "https://example.com/hook",
    "https://hooks.example.co.uk:8443/a?b=c",
    "https://xn--bcher-kva.example.org/",
  ])("may be %s", (url) => {
    expect(requireAllowedUrl(url, false).href).toContain("https://");
  });

  it.each([
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user:pass@example.com/",
    "https://user@example.com/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1]/",
    "https://localhost/",
    "https://localhost./",
    "https://api.localhost/",
    "https://printer.local/",
    "https://db.internal/",
    "https://metadata.google.internal/",
    "https://intranet/",
    "https://１２７.０.０.１/",
    "not a url",
    "",
  ])("may not be %s", (url) => {
    expect(() => requireAllowedUrl(url, false)).toThrow(/address/i);
  });

  it("may be loopback on a laptop, and nothing more than that", () => {
    expect(requireAllowedUrl("http://127.0.0.1:9000/hook", true).port).toBe("9000");
    expect(() => requireAllowedUrl("http://10.0.0.1/", true)).toThrow();
    expect(() => requireAllowedUrl("http://user@127.0.0.1/", true)).toThrow();
  });
});

describe("the retries of a delivery", () => {
  it("wait longer each time, spread by a tenth, and end", () => {
    const waits = Array.from({ length: 9 }, (_, i) => nextAttemptMs(i + 1, 0, 0.5) ?? 0);
    expect(waits[0]).toBe(5000);
    expect(waits.at(-1)).toBe(24 * 3_600_000);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(nextAttemptMs(1, 0, 0)).toBe(4500);
    expect(nextAttemptMs(10, 0, 0.5)).toBeNull();
  });
});
