import { Hono } from "hono";
import { panesOfBytes, panesOfJson, ProfileBatch, profileType } from "#core/formats/profile.ts";
import { batchIdOf } from "../http/batch-body.ts";
import { readBytes, readJson } from "../http/body.ts";
import { requireScope, type AppEnv } from "../http/context.ts";
import { ingestProfile, type ReceivedProfile } from "../ingest/ingest-profile.ts";
import { thePlans } from "../ingest/plans.ts";
import { batchTargetOf, modelNameOf } from "./model-scope.ts";

/** POST /v1/models/{model}/profiles → Receipt. */
export const profiles = new Hono<AppEnv>();

profiles.post("/profiles", requireScope("ingest"), async (c) => {
  let profile: ReceivedProfile;
  if ((c.req.header("content-type") ?? "").toLowerCase().startsWith(profileType)) {
    const { plain, bodyHash } = await readBytes(c);
    profile = { panes: panesOfBytes(plain), bodyHash, ...batchIdOf(c) };
  } else {
    const { value, bodyHash } = await readJson(c, ProfileBatch);
    profile = { panes: panesOfJson(value), bodyHash, ...batchIdOf(c, value.batch_id) };
  }
  return c.json(await ingestProfile(modelNameOf(c), batchTargetOf(c), thePlans(), profile, Date.now()));
});
