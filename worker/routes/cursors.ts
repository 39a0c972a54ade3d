import { type Context, Hono } from "hono";
import { CursorInput } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { readJson } from "../http/body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { modelObjectOf } from "./model-scope.ts";

/** /v1/models/{model}/cursors/{name}: where a replaying sender resumes. */
export const cursors = new Hono<AppEnv>();

cursors.get("/cursors/:name", requireScope("ingest"), async (c) => {
  const name = nameOf(c);
  return c.json({ name, position: unwrap(await modelObjectOf(c).cursor(name)) });
});

cursors.put("/cursors/:name", requireScope("ingest"), async (c) => {
  const name = nameOf(c);
  const { value } = await readJson(c, CursorInput);
  return c.json({ name, position: unwrap(await modelObjectOf(c).setCursor(name, value.position)) });
});

function nameOf(c: Context<AppEnv>): string {
  const name = c.req.param("name") ?? "";
  if (name.length === 0 || name.length > limits.idLength)
    throw new ProblemError("invalid_query", `A cursor's name has 1 to ${limits.idLength} characters.`);
  return name;
}
