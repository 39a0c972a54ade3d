/** Chromium: an installed one, or the one that came with `npm ci`. Its page times with its own clock. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Engine } from "../run-row.ts";
import { inRoot } from "../../scripts/paths.ts";
import { launchChromium } from "../../scripts/chromium.ts";
import { bundled, engine } from "./engine.ts";
import type { BenchPage } from "./page.ts";

export async function startChromium(): Promise<{ engine: Engine; stop: () => Promise<void> }> {
  const script = await bundled("page.ts");
  const wasm = readFileSync(inRoot("core-as", "build", "kernel.wasm"));
  const server = createServer((request, response) => {
    if (request.url === "/kernel.wasm") response.setHeader("content-type", "application/wasm").end(wasm);
    else if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
    else
      response.setHeader("content-type", "text/html").end('<script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction("globalThis.benchRun !== undefined");
  return {
    engine: engine(
      "chromium",
      (row, who, times) =>
        page.evaluate((asked) => (globalThis as unknown as BenchPage).benchRun(...asked), [
          row,
          who,
          times,
        ] as Parameters<BenchPage["benchRun"]>),
      { asking: false },
    ),
    async stop() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
