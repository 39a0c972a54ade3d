import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Platform } from "../../scripts/platform.ts";
import { createSignInLink } from "../../scripts/sign-in.ts";
import { launchChromium } from "../../scripts/chromium.ts";
import {
  type Call,
  caller,
  createMonitoredModel,
  DAY_MS,
  dayColumns,
  firstDayMs,
  referenceDays,
  rowsPerDay,
  sendDay,
  temporaryPlatform,
} from "./scenario.ts";

/** Everything that must not happen on a page. */
function watch(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) complaints.push(`request to ${url}`);
  });
  return complaints;
}

const withoutAmounts = (columns: Record<string, unknown[]>): Record<string, unknown[]> => ({
  ...columns,
  amount: columns.amount.map((amount, row) => (row % 3 === 0 ? amount : null)),
});

describe("the dashboard in a real Chromium", () => {
  let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;
  let platform: Platform;
  let call: Call;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    temporary = await temporaryPlatform();
    [platform, browser] = await Promise.all([temporary.start(), launchChromium()]);
    call = caller(platform);
    await createMonitoredModel(call, "seen");
    await call("PATCH", "/v1/models/seen", { archive: {} });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    complaints = watch(page, platform.url);
    // Raised for every violation, also those that never reach the console.
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  });
  afterAll(async () => {
    await browser?.close();
    await temporary?.dispose();
  });

  it("signs in by the one-time link", async () => {
    await page.goto(`${platform.url}${await createSignInLink(platform.url, platform.ownerSecret)}`);
    await page.getByText("Model seen").first().waitFor({ timeout: 30_000 });
    expect(page.url()).not.toContain("token");
  });

  it("shows a verdict as it arrives, without a reload", async () => {
    await page.goto(`${platform.url}/models/seen`);
    await page.getByRole("heading", { name: "Model seen" }).waitFor();
    await sendDay(call, "seen", { day: referenceDays });
    await sendDay(call, "seen", { day: referenceDays + 1, shift: 1.5 });
    await sendDay(call, "seen", { day: referenceDays + 2, shift: 1.5 });
    const row = page.getByRole("row").filter({ hasText: "amount" }).filter({ hasText: /drift/i });
    await row.first().waitFor({ timeout: 60_000 });
  });

  it("re-derives the verdict in the browser bit for bit", async () => {
    await page.goto(`${platform.url}/models/seen/features/amount`);
    await page.getByRole("button", { name: /verify/i }).click();
    await page
      .getByText(/bit for bit/i)
      .first()
      .waitFor({ timeout: 30_000 });
  });

  it("shows what was wrong with the data of a window, and when it opens with nothing", async () => {
    await call("POST", "/v1/models/seen/predictions", {
      batch_id: "seen-outage",
      columns: withoutAmounts(dayColumns({ day: referenceDays + 3 })),
    });
    await sendDay(call, "seen", { day: referenceDays + 4, rows: 10 });
    const endMs = firstDayMs + (referenceDays + 4) * DAY_MS;
    await page.goto(`${platform.url}/models/seen/quality?window=${endMs}`);
    await page.getByRole("link", { name: "Quality", exact: true }).waitFor();
    const found = page.getByRole("row").filter({ hasText: "amount" }).filter({ hasText: "missing" });
    await found.filter({ hasText: /drift/ }).first().waitFor({ timeout: 60_000 });
    await page.getByRole("heading", { name: "Values of amount" }).waitFor();
    // The chart's table says the same, and the choice is in the address.
    await page.getByLabel("Test").selectOption("out_of_range");
    await page.waitForURL(/kind=out_of_range/);
    await page.getByText("No prediction came twice").waitFor();

    await call("POST", "/v1/models", {
      id: "empty",
      name: "Empty",
      features: [{ name: "a", type: "numeric" }],
    });
    await page.goto(`${platform.url}/models/empty/quality`);
    await page.getByRole("heading", { name: "No window is judged yet" }).waitFor();
  });

  it("says when the quality of the data cannot be loaded, and tries again", async () => {
    const context = await browser.newContext({ storageState: await page.context().storageState() });
    const other = await context.newPage();
    await other.route("**/v1/**/quality*", (route) => route.abort());
    await other.goto(`${platform.url}/models/seen`);
    await other.getByRole("link", { name: "Quality", exact: true }).click();
    await other.getByRole("alert").getByText("could not be loaded").waitFor();
    await other.unroute("**/v1/**/quality*");
    await other.getByRole("button", { name: "Try again" }).click();
    await other.getByRole("heading", { name: "Quality by window" }).waitFor();
    await context.close();
  });

  it("makes a key for one model, and shows for whom it is", async () => {
    await page.goto(`${platform.url}/settings`);
    const keys = page.locator("section").filter({ has: page.getByRole("heading", { name: "Keys" }) });
    await keys.getByLabel("Name").fill("one sender");
    await keys.getByLabel("For").selectOption("seen");
    await keys.getByRole("button", { name: "Create key" }).click();
    const secret = (await keys.getByText(/^mdt_/).first().textContent()) ?? "";
    await keys.getByRole("row", { name: "one sender ingest seen" }).waitFor();
    const sent = (model: string): Promise<number> =>
      fetch(`${platform.url}/v1/models/${model}/predictions`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret.trim()}`, "content-type": "application/json" },
        body: '{"rows": []}',
      }).then(({ status }) => status);
    // Known and without rows there, unknown to it elsewhere.
    expect([await sent("seen"), await sent("empty")]).toEqual([422, 404]);
  });

  it("answers SQL about the verdict from the server's Arrow", async () => {
    await page.goto(`${platform.url}/sql`);
    const editor = page.locator(".cm-content");
    await editor.waitFor({ timeout: 60_000 });
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(
      "select feature, count(*) as drifted from features where status = 'drift' group by feature",
    );
    await page.getByRole("button", { name: /^run/i }).click();
    await page.getByRole("cell", { name: "amount" }).waitFor({ timeout: 90_000 });
  });

  it("hands out archived rows: by a link that is their file, and to SQL", async () => {
    await page.goto(`${platform.url}/models/seen/archive`);
    await page.getByRole("button", { name: "Make links" }).click();
    const link = page.getByRole("link", { name: "Download" });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(await download.path()) });
    // Three days, the one of the outage and the first rows after it.
    expect(rows).toHaveLength(4 * rowsPerDay + 10);
    await page.getByRole("link", { name: "Query in SQL" }).click();
    await page.getByRole("button", { name: /^run/i }).click();
    await page.getByText(`d${referenceDays}-0`, { exact: true }).waitFor({ timeout: 90_000 });
  });

  it("asks nobody else, breaks no policy and logs no error", () => {
    expect(complaints).toEqual([]);
  });
});
