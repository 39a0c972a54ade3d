import "../schema-settings.ts";
import * as z from "zod";
import { limits } from "../limits.ts";

export const scopes = ["ingest", "read", "admin"] as const;
export type Scope = (typeof scopes)[number];
export const KeyInput = z.object({
  name: z.string().min(1).max(limits.nameLength),
  scopes: z.array(z.enum(scopes)).min(1),
  /** Only this model; left out: all. */
  modelId: z.string().optional(),
});
export interface Key {
  id: string;
  name: string;
  scopes: Scope[];
  modelId: string | null;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  /** Only in the reply to its creation. */
  secret?: string;
}

/** POST /v1/session { token } → cookie; GET → who; DELETE → signed out. */
export const SessionInput = z.object({ token: z.string().min(1).max(200) });
export interface Session {
  organisation: { id: string; name: string };
  member: { id: string; name: string; role: "owner" | "admin" | "editor" | "viewer" };
  expiresAtMs: number;
}
