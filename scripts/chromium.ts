/** A real Chromium for the tests and the bench: an installed one when there is one, else the one that came with `npm ci`. */
import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Keeps the browser from reaching out by itself: its own lookups would look like requests of our pages. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Throws, and so fails the run, when no browser can be started. */
export async function launchChromium(): Promise<Browser> {
  const own = process.env.CHROME_PATH ?? installed.find((path) => existsSync(path));
  if (own) return chromium.launch({ executablePath: own, args: quiet, headless: true });
  sparticuz.setGraphicsMode = false;
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: quiet,
    headless: true,
  });
}
