/** `mdt verify URL`: a check of a platform, computed again by the built command from what the API answers. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Policy } from "#core/domain/policy.ts";
import { createFolder } from "#core/domain/window.ts";
import { build } from "../../scripts/build.ts";
import { inRoot } from "../../scripts/paths.ts";
import { checkOf, columnsOf, Draws, feature, kernel, numeric, referenceOf } from "../statistics/synthetic.ts";

const draws = new Draws(11);
const rows = (count: number, shift: number): ReturnType<typeof columnsOf> =>
  columnsOf({ amount: numeric(Array.from({ length: count }, () => draws.normal() + shift)) }, 200);
const features = [feature("amount", "numeric")];
const reference = await referenceOf(features, rows(28 * 200, 0));
const window = rows(200, 0.9);
const check = checkOf(reference, window);
const counts = [...createFolder(kernel, reference).fold(window)];

let server: Server;
let stored: unknown = check;
let address = "";

function mdt(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [inRoot("dist", "mdt.js"), ...args], {
      env: { PATH: process.env.PATH, ...env },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

beforeAll(async () => {
  await build({ only: ["kernel", "command"] });
  const answers: Record<string, () => unknown> = {
    [`/v1/models/m/checks/${check.id}`]: () => ({ check: stored, counts }),
    "/v1/models/m": () => ({
      model: { id: "m", windowMs: 86_400_000, features, segments: [] },
      policy: Policy.parse({}),
      configVersion: check.configVersion,
    }),
    [`/v1/models/m/references/${reference.id}`]: () => reference,
  };
  server = createServer((request, reply) => {
    const answer =
      request.headers.authorization === "Bearer secret"
        ? answers[decodeURIComponent(request.url ?? "")]
        : undefined;
    reply.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    reply.end(
      JSON.stringify(
        answer
          ? answer()
          : { code: "check_not_found", title: "There is no such check", detail: "Look again." },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(() => server.close());

describe("a platform's check", () => {
  it("is computed again, bit for bit", async () => {
    const { code, out, err } = await mdt(["verify", `${address}/v1/models/m/checks/${check.id}`], {
      MDT_KEY: "secret",
    });
    expect(err).toBe("");
    expect(out).toContain("Every number is the same, bit for bit.");
    expect(out).toContain(String(check.features[0].tests[0].pSampling));
    expect(code).toBe(0);
  });

  it("can be kept, and verified without the platform", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mdt-verify-"));
    const file = join(folder, "check.json");
    await mdt(["verify", `${address}/v1/models/m/checks/${check.id}`, "--key", "secret", "--save", file]);
    const kept = await mdt(["verify", file]);
    expect(kept.code).toBe(0);
    expect(kept.out).toContain("Every number is the same, bit for bit.");
    writeFileSync(file, readFileSync(file, "utf8").replace('"rows":200,', '"rows":201,'));
    expect((await mdt(["verify", file])).code).toBe(1);
    expect((await mdt(["verify", file, "--save", file])).err).toContain("--save is for");
    rmSync(folder, { recursive: true });
  });

  it("is named where it was changed", async () => {
    stored = { ...check, status: "ok" };
    const { code, out } = await mdt(["verify", `${address}/models/m/checks/${check.id}`, "--key", "secret"]);
    stored = check;
    expect(code).toBe(1);
    expect(out).toMatch(/verdict +ok +≠ drift/);
  });

  it("that is not there, or not allowed, is said", async () => {
    const none = await mdt(["verify", `${address}/v1/models/m/checks/none`, "--key", "secret"]);
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toContain("There is no such check");
    expect((await mdt(["verify", `${address}/v1/models/m/checks/none`])).err).toContain("MDT_KEY");
    expect((await mdt(["verify", `${address}/somewhere`, "--key", "secret"])).err).toContain("is no check");
  });
});
