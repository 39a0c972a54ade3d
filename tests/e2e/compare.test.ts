import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "#core/domain/comparison.ts";
import { comparisonInReport } from "#core/report/report.ts";
import { inRoot } from "../../scripts/paths.ts";
import type { Platform } from "../../scripts/platform.ts";
import { launchChromium } from "../../scripts/chromium.ts";
import { DAY_MS, firstDayMs, seeded, temporaryPlatform } from "./scenario.ts";

/** Orders of four weeks and of one: amounts that move, a city that does not, quotes and missing values. */
function ordersCsv(rows: number, days: number, seed: number, shift: number): string {
  const random = seeded(seed);
  const lines = ["placed,amount,city,note"];
  for (let row = 0; row < rows; row++) {
    const placed = new Date(firstDayMs + Math.floor((row / rows) * days * DAY_MS)).toISOString();
    const amount = random() < 0.02 ? "" : (random() + random() + random() + shift).toFixed(4);
    const city = ["Bern", "Lyon", '"Turin, Italy"'][Math.floor(random() * 3)];
    lines.push(`${placed},${amount},${city},"order ""${row}"" of many"`);
  }
  return `${lines.join("\r\n")}\r\n`;
}

describe("comparing two files in the browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "mdt-compare-"));
  const [january, february] = [join(folder, "january.csv"), join(folder, "february.csv")];
  let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;
  let platform: Platform;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** Everything that left the page. */
  const requests: string[] = [];

  beforeAll(async () => {
    writeFileSync(january, ordersCsv(8000, 28, 1, 0));
    writeFileSync(february, ordersCsv(2000, 7, 2, 0.5));
    temporary = await temporaryPlatform();
    [platform, browser] = await Promise.all([temporary.start(), launchChromium()]);
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await temporary?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const compare = async (reference: string, current: string): Promise<void> => {
    await page.getByLabel("Reference", { exact: true }).setInputFiles(reference);
    await page.getByLabel("Current", { exact: true }).setInputFiles(current);
    await page.getByRole("button", { name: "Compare", exact: true }).click();
  };
  const saved = async (button: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return readFileSync(await download.path(), "utf8");
  };

  it("finds the drift without a session", async () => {
    await page.goto(`${platform.url}/compare`);
    await compare(january, february);
    await page.getByRole("button", { name: "Save JSON" }).waitFor({ timeout: 60_000 });
    const row = page.getByRole("row").filter({ hasText: "amount" }).first();
    expect(await row.textContent()).toContain("drift");
  });

  it("gives the command's answer, byte for byte", async () => {
    const json = await saved("Save JSON");
    const command = execFileSync(
      process.execPath,
      [inRoot("dist", "mdt.js"), "compare", january, february, "--json"],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    expect(json).toBe(command);
  });

  it("shows that every number can be computed again", async () => {
    await page.getByRole("button", { name: "Compute every verdict again" }).click();
    await page.getByText(/the same, bit for bit/).waitFor({ timeout: 60_000 });
  });

  it("saves a report that holds the same comparison", async () => {
    const [json, report] = [await saved("Save JSON"), await saved("Save report (HTML)")];
    expect(JSON.parse(comparisonInReport(report) ?? "null")).toEqual(JSON.parse(json) as Comparison);
  });

  it("works without a network once it was loaded, and sends nothing", async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await platform.stop();
    page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
    await page.reload();
    await compare(january, january);
    await page.getByRole("button", { name: "Save JSON" }).waitFor({ timeout: 60_000 });
    expect(await page.getByText(/drift in amount/i).count()).toBe(0);
    expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  it("says what is wrong with a broken file, and where", async () => {
    const broken = join(folder, "broken.csv");
    writeFileSync(broken, 'a,b\n1,2\n3,"never closed\n');
    await compare(january, broken);
    const alert = page.getByRole("alert");
    await alert.waitFor({ timeout: 60_000 });
    expect(await alert.textContent()).toMatch(/line 3/);
  });
});
