/** The curl examples of docs/api.md and docs/archive.md, sent as they stand there to a model of the names they use. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Receipt } from "#core/domain/api.ts";
import page from "../../docs/api.md?raw";
import archivePage from "../../docs/archive.md?raw";
import { post } from "./body-forms.ts";
import { ask, call, startMs } from "./model-scenario.ts";

interface Example {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Reads what a shell and curl would make of an example. */
function parse(block: string): Example {
  const text = block.replaceAll("\\\n", " ");
  const path = /\$MDT\/v1\/models\/([^"]+)"/.exec(text)?.[1] ?? "";
  const given = Array.from(text.matchAll(/-H '([\w-]+): ([^']*)'/g), ([, name, value]) => [name, value]);
  const [, escapes, raw = ""] = /--data-binary (\$?)'((?:[^'\\]|\\.)*)'/.exec(text) ?? [];
  return {
    method: /-X (\w+)/.exec(text)?.[1] ?? "POST",
    path,
    headers: Object.fromEntries(given) as Record<string, string>,
    body: escapes === "$" ? raw.replaceAll("\\n", "\n") : raw,
  };
}

const examplesOf = (text: string): Example[] =>
  Array.from(text.matchAll(/```sh\n(curl [\s\S]*?)```/g), ([, block]) => parse(block));
const examples = examplesOf(page);

describe("the examples of the page on the API", () => {
  beforeAll(async () => {
    const features = [
      { name: "age", type: "numeric" },
      { name: "plan", type: "categorical" },
      { name: "score", type: "numeric", role: "score" },
    ];
    await ask("POST", "/v1/models", { id: "churn", name: "Churn", clock: "replay", features });
    const rows = Array.from({ length: 100 }, (_, index) => ({
      age: 20 + (index % 50),
      plan: index % 3 === 0 ? "pro" : "basic",
      score: index / 100,
    }));
    const path = "/v1/models/churn/references";
    const { id } = await ask<{ id: string }>("POST", path, { rows });
    await ask("POST", `${path}/${id}/activate`, { from: startMs });
  });

  test("are there", () => {
    expect(examples.length).toBeGreaterThan(2);
  });

  test.each(examples)("$path $headers", async ({ path, headers, body }) => {
    const { "content-type": type = null, ...rest } = headers;
    const reply = await post<Receipt>(path, type, body, rest);
    expect(reply.body).toMatchObject({ rejected: 0, errors: [] });
    expect([reply.status, reply.body.accepted > 0]).toEqual([200, true]);
  });

  test.each(examplesOf(archivePage))("$method $path", async ({ method, path, body }) => {
    const { status, body: reply } = await call<object>(method, `/v1/models/${path}`, body);
    expect([status < 300, reply]).toEqual([true, expect.any(Object)]);
  });
});
