import type { EventType, ToldCheck, WebhookEvent } from "#core/domain/api.ts";
import type { Incident } from "#core/domain/incident.ts";

/** What a receiver reads. For retraining: the event time that the drift covers so far. */
export function webhookEvent(
  type: EventType | "test",
  model: { id: string; name: string },
  incident: Incident | null,
  check: ToldCheck | null,
  nowMs: number,
): WebhookEvent {
  let shown: WebhookEvent["data"]["incident"] = null;
  if (incident !== null) {
    const { entries: _, ...rest } = incident;
    shown = rest;
  }
  const event: WebhookEvent = {
    type,
    timestamp: new Date(nowMs).toISOString(),
    data: { model, incident: shown, check },
  };
  if (type === "retraining.requested" && incident !== null)
    event.data.training = { fromMs: incident.fromMs, toMs: incident.toMs };
  return event;
}
