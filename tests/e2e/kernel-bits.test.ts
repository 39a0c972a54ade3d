import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inRoot } from "../../scripts/paths.ts";
import expected from "../core-as/bits.json" with { type: "json" };
import { launchChromium } from "../../scripts/chromium.ts";

/** What the page runs: the same hashes as in Node and workerd, over a module that the browser fetches and compiles. */
const entry = `
  import { loadKernel } from "#core/kernel.ts";
  import { kernelBits } from "./kernel-bits.ts";
  import { methodBits } from "./method-bits.ts";
  globalThis.bits = async () => {
    const response = await fetch("/kernel.wasm");
    const kernel = await loadKernel(await response.arrayBuffer());
    return { kernel: kernelBits(kernel), methods: methodBits(kernel) };
  };
`;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: inRoot("tests", "core-as"), loader: "ts" },
    bundle: true,
    format: "esm",
    write: false,
  });
  const wasm = readFileSync(inRoot("core-as", "build", "kernel.wasm"));
  server = createServer((request, response) => {
    if (request.url === "/kernel.wasm") response.setHeader("content-type", "application/wasm").end(wasm);
    else if (request.url === "/bits.js")
      response.setHeader("content-type", "text/javascript").end(outputFiles[0].text);
    else
      response.setHeader("content-type", "text/html").end('<script type="module" src="/bits.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server.close(resolve));
});

it("the kernel and the methods give the committed bits in Chromium", async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction("globalThis.bits !== undefined");
  expect(await page.evaluate("globalThis.bits()")).toEqual(expected);
});
