import "../schema-settings.ts";
import * as z from "zod";
import type { Incident } from "../incident.ts";
import { limits } from "../limits.ts";
import type { ToldCheck } from "./checks.ts";

/** GET /v1/incidents?model=&state= → { incidents: Incident[] }, newest first. POST …/{id}/acknowledge, …/{id}/resolve. */
export interface Incidents {
  incidents: Incident[];
}

export const eventTypes = [
  "drift.detected",
  "drift.resolved",
  "performance.degraded",
  "performance.recovered",
  "retraining.requested",
] as const;
export type EventType = (typeof eventTypes)[number];

export const ChannelInput = z.object({
  name: z.string().min(1).max(limits.nameLength),
  kind: z.literal("webhook").default("webhook"),
  url: z.url(),
  events: z
    .array(z.enum(eventTypes))
    .min(1)
    .default([...eventTypes]),
});
export interface Channel extends z.output<typeof ChannelInput> {
  id: string;
  createdAtMs: number;
  /** Only in the reply to its creation: `whsec_…` of Standard Webhooks. */
  secret?: string;
  state: "active" | "disabled";
}

export interface Delivery {
  id: string;
  channelId: string;
  event: EventType | "test";
  state: "pending" | "delivered" | "parked";
  attempts: number;
  nextAttemptAtMs: number | null;
  createdAtMs: number;
  deliveredAtMs: number | null;
  lastStatus: number | null;
  lastError: string | null;
}

/** The body of a webhook: Standard Webhooks' `type`, `timestamp`, `data`. */
export interface WebhookEvent {
  type: EventType | "test";
  timestamp: string;
  data: {
    model: { id: string; name: string };
    incident: Omit<Incident, "entries"> | null;
    check: ToldCheck | null;
    /** For retraining.requested: the event time to train on. */
    training?: { fromMs: number; toMs: number };
  };
}

/** What /v1/live sends: a hint to refetch, never the data. */
export interface LiveHint {
  type: "check" | "incident" | "ingest" | "performance";
  modelId: string;
  id: string;
  revision: number;
}
