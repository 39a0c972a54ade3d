import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Scope } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import type { Env } from "../env.ts";

/** Who asks. The organisation comes from the credential only, never from the request. */
export interface Actor {
  organisationId: string;
  kind: "owner" | "member" | "key";
  id: string;
  name: string;
  scopes: readonly Scope[];
  /** A key bound to one model sees no other. */
  modelId: string | null;
}

export interface AppEnv {
  Bindings: Env;
  Variables: { requestId: string; actor: Actor };
}

/**
 * Lets through who has the scope (`admin` includes the others). For a key bound to one model every other model does not
 * exist, and neither do the pages that are not about a model.
 * @param modelOf the model that a request is about, where its path does not say so
 */
export function requireScope(
  scope: Scope,
  modelOf: (c: Context<AppEnv>) => string | undefined = (c) => c.req.param("model"),
) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const actor = c.get("actor");
    if (actor.modelId !== null && modelOf(c) !== actor.modelId)
      throw new ProblemError("model_not_found", "There is no such model.");
    if (!actor.scopes.includes(scope) && !actor.scopes.includes("admin"))
      throw new ProblemError("forbidden", `This needs a key with the scope "${scope}": Settings makes one.`);
    await next();
  });
}
