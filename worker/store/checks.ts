import type { ToldCheck } from "#core/domain/api.ts";

/** One summary row a check; the object that made it pushes it again until it hears that it arrived. */
export async function upsertCheck(db: D1Database, organisationId: string, check: ToldCheck): Promise<void> {
  // The object keeps what is found feature by feature, or metric by metric.
  const { features: _features, metrics: _metrics, ...summary } = { features: [], metrics: [], ...check };
  await db
    .prepare(
      `insert into checks (organisation_id, model_id, series, id, window_start_ms, window_end_ms, revision, status, summary)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (organisation_id, model_id, series, window_end_ms, revision)
       do update set status = excluded.status, summary = excluded.summary`,
    )
    .bind(
      organisationId,
      check.modelId,
      check.monitor,
      check.id,
      check.windowStartMs,
      check.windowEndMs,
      check.revision,
      check.status,
      JSON.stringify(summary),
    )
    .run();
}
