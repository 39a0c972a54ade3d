import { pageOfModels } from "./store/models.ts";
import { deleteExpired } from "./store/sessions.ts";
import type { Env } from "./env.ts";

/** Models a page; at most as many pages as keep one run inside its subrequests. */
const pageSize = 50;
const mostModels = 5000;

/** The sweeper: wakes every model whose alarm was missed, and forgets what has expired. One that fails stops no other. */
export async function sweep(env: Env, nowMs: number): Promise<{ models: number; failed: number }> {
  await deleteExpired(env.DB, nowMs);
  let after = "";
  let models = 0;
  let failed = 0;
  while (models < mostModels) {
    const page = await pageOfModels(env.DB, after, pageSize);
    const swept = await Promise.allSettled(
      page.map(async ({ organisationId, id, archived }) => {
        const name = `${organisationId}/${id}`;
        await env.MODEL.getByName(name).sweep(nowMs);
        if (archived) await env.ARCHIVE.getByName(name).sweep();
      }),
    );
    for (const result of swept) {
      if (result.status === "fulfilled") continue;
      failed++;
      console.error("sweeping a model failed", result.reason);
    }
    models += page.length;
    if (page.length < pageSize) break;
    after = page[page.length - 1].cursor;
  }
  return { models, failed };
}
