import { DurableObject } from "cloudflare:workers";
import type { Delivery } from "#core/domain/api.ts";
import schema from "../../sql/object/outbox.sql";
import { postWebhook } from "../alerts/post-webhook.ts";
import { nextAttemptMs } from "../alerts/retry-schedule.ts";
import type { Env } from "../env.ts";
import type { Handover } from "./organisation/channel-store.ts";
import { guardRows } from "./row-guard.ts";
import * as deliveries from "./outbox/delivery-store.ts";

export interface Target {
  url: string;
  secret: string;
}

/** Attempts of one alarm; the next follow at once. */
const attemptsPerAlarm = 10;
/** The oldest finished deliveries beyond this many are forgotten. */
const deliveriesKept = 500;

/** One channel's outbox: delivers at least once, in the end or not at all, and can say what happened. */
export class OutboxObject extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = guardRows(ctx.storage.sql);
    this.#sql.exec(schema);
  }

  /** Takes an event; a second time the same id changes nothing. */
  async enqueue(handover: Handover, target: Target): Promise<void> {
    await this.ctx.storage.put("target", target);
    deliveries.addDelivery(this.#sql, handover, Date.now());
    await this.#arm();
  }

  deliveries(): Delivery[] {
    return deliveries.listDeliveries(this.#sql, this.#channelId(), 100);
  }

  /** Sends a delivery again from its first attempt; false when there is none. */
  async resend(id: string): Promise<boolean> {
    const found = deliveries.restartDelivery(this.#sql, id, Date.now());
    if (found) await this.#arm();
    return found;
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#sql.exec(schema);
  }

  override async alarm(): Promise<void> {
    try {
      const target = await this.ctx.storage.get<Target>("target");
      if (target)
        for (const due of deliveries.dueDeliveries(this.#sql, Date.now(), attemptsPerAlarm))
          await this.#attempt(due, target);
      deliveries.forgetDeliveries(this.#sql, deliveriesKept);
    } catch (error) {
      // The rows still hold what is due; the next alarm goes on with them.
      console.error("a delivery could not be attempted", error);
    } finally {
      await this.#arm();
    }
  }

  async #attempt(due: deliveries.Due, target: Target): Promise<void> {
    const allowLoopback = this.env.MDT_ALLOW_LOOPBACK === "true";
    const result = await postWebhook(target, due.id, due.body, { allowLoopback, nowMs: Date.now() });
    const nowMs = Date.now();
    const attempts = due.attempts + 1;
    if (result.error === null)
      return deliveries.markDelivered(this.#sql, due.id, attempts, nowMs, result.status);
    const again = result.gone ? null : nextAttemptMs(attempts, nowMs, Math.random());
    deliveries.markFailed(this.#sql, due.id, attempts, again, result.status, result.error);
    if (result.gone) {
      const [organisationId] = (this.ctx.id.name ?? "").split("/");
      await this.env.ORGANISATION.getByName(organisationId).disableChannel(this.#channelId());
    }
  }

  #channelId(): string {
    return (this.ctx.id.name ?? "").split("/")[1] ?? "";
  }

  async #arm(): Promise<void> {
    const next = deliveries.nextDueMs(this.#sql);
    if (next !== null) await this.ctx.storage.setAlarm(Math.max(next, Date.now()));
  }
}
