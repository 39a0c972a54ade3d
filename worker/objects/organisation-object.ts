import { DurableObject } from "cloudflare:workers";
import type { Channel, EventType, LiveHint, ToldCheck, WebhookEvent } from "#core/domain/api.ts";
import { nextIncident, resolvedEvent } from "#core/domain/incident-rules.ts";
import { ProblemError } from "#core/domain/errors.ts";
import type { Incident } from "#core/domain/incident.ts";
import { limits, SECOND_MS } from "#core/domain/limits.ts";
import type { Policy } from "#core/domain/policy.ts";
import schema from "../../sql/object/organisation.sql";
import { webhookEvent } from "../alerts/event-body.ts";
import type { Env } from "../env.ts";
import * as channels from "./organisation/channel-store.ts";
import * as incidents from "./organisation/incident-store.ts";
import { LiveSockets } from "./organisation/live-sockets.ts";
import { caught, type Result } from "./result.ts";
import { guardRows } from "./row-guard.ts";

const handoversPerAlarm = 50;

/**
 * One organisation: serialises its incidents, keeps its channels, and hints to the dashboards that look. An incident and
 * the events about it are committed together; the alarm hands the events to the channels' outboxes, at least once.
 */
export class OrganisationObject extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #live: LiveSockets;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = guardRows(ctx.storage.sql);
    this.#sql.exec(schema);
    this.#live = new LiveSockets(ctx, limits.liveHintMs);
  }

  // ---- checks become incidents ----------------------------------------------------------------------------

  async onCheck(told: {
    model: { id: string; name: string };
    check: ToldCheck;
    policy: Policy;
  }): Promise<void> {
    const { model, check, policy } = told;
    const nowMs = Date.now();
    const open = incidents.openIncident(this.#sql, model.id, check.monitor);
    const { incident, events } = nextIncident(open, check, policy, nowMs, () => `inc-${crypto.randomUUID()}`);
    if (incident !== null && incident !== open) incidents.saveIncident(this.#sql, incident);
    for (const event of events) this.#tell(event, webhookEvent(event, model, incident, check, nowMs));
    if (events.length > 0) await this.ctx.storage.setAlarm(nowMs);
    const type = "kind" in check ? "performance" : "check";
    this.hint({ type, modelId: model.id, id: check.id, revision: check.revision });
    if (events.length > 0 && incident !== null)
      this.hint({ type: "incident", modelId: model.id, id: incident.id, revision: incident.entries.length });
  }

  /** No `await` between the incident and its handovers: they are one transaction. */
  #tell(event: EventType, body: WebhookEvent): void {
    for (const channel of channels.listChannels(this.#sql)) {
      if (channel.state !== "active" || !channel.events.includes(event)) continue;
      const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
      const createdAtMs = Date.parse(body.timestamp);
      channels.addHandover(this.#sql, {
        id,
        channelId: channel.id,
        event,
        body: JSON.stringify(body),
        createdAtMs,
      });
    }
  }

  override async alarm(): Promise<void> {
    try {
      for (const handover of channels.pendingHandovers(this.#sql, handoversPerAlarm)) {
        const channel = channels.findChannel(this.#sql, handover.channelId);
        if (channel)
          await this.#outbox(channel.id).enqueue(handover, { url: channel.url, secret: channel.secret });
        channels.finishHandover(this.#sql, handover.id);
      }
    } catch (error) {
      // Nothing is lost: what was not handed over is still there, and the outbox knows the ids it has.
      console.error("handing events to an outbox failed; trying again", error);
    } finally {
      const [waiting] = channels.pendingHandovers(this.#sql, 1);
      if (waiting) await this.ctx.storage.setAlarm(Date.now() + 2 * SECOND_MS);
    }
  }

  #outbox(channelId: string) {
    return this.env.OUTBOX.getByName(`${this.ctx.id.name ?? this.ctx.id.toString()}/${channelId}`);
  }

  // ---- incidents ------------------------------------------------------------------------------------------

  incidents(filter: { modelId?: string; state?: string }): Incident[] {
    return incidents.listIncidents(this.#sql, filter, limits.pageSize);
  }

  incident(id: string): Result<Incident> {
    return caught(() => incidents.findIncident(this.#sql, id));
  }

  acknowledge(id: string, by: string): Result<Incident> {
    return caught(() =>
      this.#change(id, { state: "acknowledged", acknowledgedAtMs: Date.now(), acknowledgedBy: by }),
    );
  }

  async resolve(id: string, by: string, model: { id: string; name: string }): Promise<Result<Incident>> {
    const nowMs = Date.now();
    const changed = caught(() => {
      const incident = this.#change(id, { state: "resolved", resolvedAtMs: nowMs, resolvedBy: by });
      const event = resolvedEvent(incident);
      this.#tell(event, webhookEvent(event, model, incident, null, nowMs));
      return incident;
    });
    if ("value" in changed) await this.ctx.storage.setAlarm(nowMs);
    return changed;
  }

  #change(id: string, change: Partial<Incident>): Incident {
    const incident = incidents.findIncident(this.#sql, id);
    if (incident.state === "resolved")
      throw new ProblemError(
        "incident_closed",
        "This incident is resolved; a new one opens if drift returns.",
      );
    const changed = { ...incident, ...change };
    incidents.saveIncident(this.#sql, changed);
    this.hint({ type: "incident", modelId: incident.modelId, id, revision: incident.entries.length });
    return changed;
  }

  /** Open incidents by model, and whether a dashboard is open. */
  glance(): { openCounts: Record<string, number>; watched: boolean } {
    return { openCounts: incidents.openCounts(this.#sql), watched: this.#live.isOpen };
  }

  forgetModel(modelId: string): void {
    incidents.deleteIncidentsOf(this.#sql, modelId);
  }

  // ---- channels -------------------------------------------------------------------------------------------

  channels(): Channel[] {
    return channels.listChannels(this.#sql).map(({ secret: _, ...channel }) => channel);
  }

  addChannel(channel: channels.StoredChannel): void {
    channels.saveChannel(this.#sql, channel);
  }

  /** With its secret: for the Worker, never for a reply. */
  channel(id: string): channels.StoredChannel | null {
    return channels.findChannel(this.#sql, id);
  }

  removeChannel(id: string): boolean {
    if (channels.findChannel(this.#sql, id) === null) return false;
    channels.deleteChannel(this.#sql, id);
    return true;
  }

  /** A receiver answered 410: it does not want to hear from us. */
  disableChannel(id: string): void {
    const channel = channels.findChannel(this.#sql, id);
    if (channel) channels.saveChannel(this.#sql, { ...channel, state: "disabled" });
  }

  // ---- live -----------------------------------------------------------------------------------------------

  /** @returns whether anybody looks */
  hint(hint: LiveHint): boolean {
    return this.#live.send(hint, Date.now());
  }

  override fetch(request: Request): Response {
    return this.#live.accept(request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (message === "ping") socket.send("pong");
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}
