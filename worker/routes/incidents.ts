import { type Context, Hono } from "hono";
import { type AppEnv, requireScope } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { findModel } from "../store/models.ts";

/** /v1/incidents: open first, then the newest. */
export const incidents = new Hono<AppEnv>();

const organisationOf = (c: Context<AppEnv>) => c.env.ORGANISATION.getByName(c.get("actor").organisationId);

incidents.get(
  "/",
  requireScope("read", (c) => c.req.query("model")),
  async (c) => {
    const { model, state } = c.req.query();
    return c.json({ incidents: await organisationOf(c).incidents({ modelId: model, state }) });
  },
);

incidents.get("/:incident", requireScope("read"), async (c) =>
  c.json(unwrap(await organisationOf(c).incident(c.req.param("incident")))),
);

incidents.post("/:incident/acknowledge", requireScope("admin"), async (c) =>
  c.json(unwrap(await organisationOf(c).acknowledge(c.req.param("incident"), c.get("actor").name))),
);

incidents.post("/:incident/resolve", requireScope("admin"), async (c) => {
  const { name, organisationId } = c.get("actor");
  const { modelId } = unwrap(await organisationOf(c).incident(c.req.param("incident")));
  const model = await findModel(c.env.DB, organisationId, modelId);
  const told = { id: modelId, name: model?.name ?? modelId };
  return c.json(unwrap(await organisationOf(c).resolve(c.req.param("incident"), name, told)));
});
