/** Wiring only: which paths lead where, and the classes that the platform looks for. */
import { type Context, Hono } from "hono";
import { ProblemError } from "#core/domain/errors.ts";
import { sweep } from "./cron.ts";
import type { Env } from "./env.ts";
import { authenticate } from "./http/auth.ts";
import { type AppEnv, requireScope } from "./http/context.ts";
import { guard } from "./http/guard.ts";
import { problemReply } from "./http/problems.ts";
import { archive, archiveLinks } from "./routes/archive.ts";
import { channels, deliveries } from "./routes/channels.ts";
import { checks } from "./routes/checks.ts";
import { cursors } from "./routes/cursors.ts";
import { drift } from "./routes/drift.ts";
import { exportRoutes } from "./routes/export.ts";
import { health } from "./routes/health.ts";
import { incidents } from "./routes/incidents.ts";
import { keys } from "./routes/keys.ts";
import { labels } from "./routes/labels.ts";
import { monitors } from "./routes/monitors.ts";
import { live } from "./routes/live.ts";
import { models } from "./routes/models.ts";
import { performance } from "./routes/performance.ts";
import { predictions } from "./routes/predictions.ts";
import { profiles } from "./routes/profiles.ts";
import { quality } from "./routes/quality.ts";
import { references } from "./routes/references.ts";
import { session, signInLinks } from "./routes/session.ts";
import { usage } from "./routes/usage.ts";
import { windows } from "./routes/windows.ts";

export { ModelObject } from "./objects/model-object.ts";
export { OrganisationObject } from "./objects/organisation-object.ts";
export { ArchiveObject } from "./objects/archive-object.ts";
export { OutboxObject } from "./objects/outbox-object.ts";
export { ShardObject } from "./objects/shard-object.ts";

const v1 = new Hono<AppEnv>();
v1.route("/session", session);
v1.route("/archive", archiveLinks);
v1.use(authenticate);
v1.route("/sign-in-links", signInLinks);
v1.route("/keys", keys);
v1.route("/models", models);
for (const room of [
  predictions,
  profiles,
  labels,
  references,
  drift,
  checks,
  windows,
  monitors,
  performance,
  quality,
  usage,
  cursors,
  archive,
])
  v1.route("/models/:model", room);
v1.route("/incidents", incidents);
v1.route("/channels", channels);
v1.route("/deliveries", deliveries);
v1.route("/export", exportRoutes);
v1.route("/live", live);
v1.post("/sweep", requireScope("admin"), async (c) => c.json(await sweep(c.env, Date.now())));

const app = new Hono<AppEnv>();
app.use(guard);
app.route("/healthz", health);
app.route("/v1", v1);
app.onError((error, c) => problemReply(c, error));
app.notFound((c: Context<AppEnv>) =>
  problemReply(c, new ProblemError("not_found", `There is nothing at ${c.req.method} ${c.req.path}.`)),
);

export default {
  fetch: app.fetch,
  scheduled: async (_controller: ScheduledController, env: Env): Promise<void> => {
    await sweep(env, Date.now());
  },
};
