import { type Context, Hono } from "hono";
import { ChannelInput } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { webhookEvent } from "../alerts/event-body.ts";
import { newWebhookSecret } from "../alerts/sign.ts";
import { requireAllowedUrl } from "../alerts/url-rules.ts";
import { readJson } from "../http/body.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { randomWord } from "../http/secrets.ts";
import type { StoredChannel } from "../objects/organisation/channel-store.ts";

/** /v1/channels: whom to tell, and /v1/deliveries: what became of it. The signing secret is shown once. */
export const channels = new Hono<AppEnv>();
export const deliveries = new Hono<AppEnv>();

const organisationOf = (c: Context<AppEnv>) => c.env.ORGANISATION.getByName(c.get("actor").organisationId);
const outboxOf = (c: Context<AppEnv>, channelId: string) =>
  c.env.OUTBOX.getByName(`${c.get("actor").organisationId}/${channelId}`);

channels.get("/", requireScope("admin"), async (c) =>
  c.json({ channels: await organisationOf(c).channels() }),
);

channels.post("/", requireScope("admin"), async (c) => {
  const { value } = await readJson(c, ChannelInput);
  requireAllowedUrl(value.url, c.env.MDT_ALLOW_LOOPBACK === "true");
  const channel: StoredChannel = {
    ...value,
    id: `ch-${randomWord(8)}`,
    createdAtMs: Date.now(),
    state: "active",
    secret: newWebhookSecret(),
  };
  await organisationOf(c).addChannel(channel);
  return c.json(channel, 201);
});

channels.delete("/:channel", requireScope("admin"), async (c) => {
  const id = c.req.param("channel");
  if (!(await organisationOf(c).removeChannel(id)))
    throw new ProblemError("channel_not_found", "There is no such channel.");
  await outboxOf(c, id).erase();
  return c.body(null, 204);
});

/** Sends a `test` event through the outbox, as real ones go. */
channels.post("/:channel/test", requireScope("admin"), async (c) => {
  const channel = await organisationOf(c).channel(c.req.param("channel"));
  if (!channel) throw new ProblemError("channel_not_found", "There is no such channel.");
  const nowMs = Date.now();
  const body = JSON.stringify(webhookEvent("test", { id: "test", name: "Test" }, null, null, nowMs));
  const id = `msg_${randomWord(16)}`;
  const handover = { id, channelId: channel.id, event: "test" as const, body, createdAtMs: nowMs };
  await outboxOf(c, channel.id).enqueue(handover, { url: channel.url, secret: channel.secret });
  return c.json({ id }, 202);
});

deliveries.get("/", requireScope("admin"), async (c) => {
  const all = await organisationOf(c).channels();
  const chosen = all.filter(
    ({ id }) => c.req.query("channel") === undefined || id === c.req.query("channel"),
  );
  const lists = await Promise.all(chosen.map(({ id }) => outboxOf(c, id).deliveries()));
  return c.json({ deliveries: lists.flat().sort((a, b) => b.createdAtMs - a.createdAtMs) });
});

deliveries.post("/:channel/:delivery/resend", requireScope("admin"), async (c) => {
  const { channel, delivery } = c.req.param();
  const known = (await organisationOf(c).channels()).some(({ id }) => id === channel);
  if (!known || !(await outboxOf(c, channel).resend(delivery)))
    throw new ProblemError("delivery_not_found", "There is no such delivery.");
  return c.body(null, 202);
});
