import type { ArchiveObject } from "./objects/archive-object.ts";
import type { ModelObject } from "./objects/model-object.ts";
import type { ShardObject } from "./objects/shard-object.ts";
import type { OrganisationObject } from "./objects/organisation-object.ts";
import type { OutboxObject } from "./objects/outbox-object.ts";

/** What wrangler.toml binds, and the secrets of a deployment. */
export interface Env {
  DB: D1Database;
  MODEL: DurableObjectNamespace<ModelObject>;
  SHARD: DurableObjectNamespace<ShardObject>;
  ORGANISATION: DurableObjectNamespace<OrganisationObject>;
  OUTBOX: DurableObjectNamespace<OutboxObject>;
  ARCHIVE: DurableObjectNamespace<ArchiveObject>;
  /** The archived rows of models that keep them. */
  ROWS: R2Bucket;
  ASSETS: Fetcher;
  /** Bearer of the owner: makes sign-in links and keys. At least 32 random bytes. */
  MDT_OWNER_SECRET: string;
  /** "true" on a laptop: webhooks may go to loopback over http. */
  MDT_ALLOW_LOOPBACK?: string;
  /** Comma-separated hosts that may be asked for; left out: any. Guards a local server against DNS rebinding. */
  MDT_ALLOWED_HOSTS?: string;
}
