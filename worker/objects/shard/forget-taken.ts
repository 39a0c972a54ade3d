import { deletePredictionsBefore } from "../model/logs.ts";
import { pace } from "../model/pace.ts";
import type { ShardStore } from "./shard-store.ts";

/** Forgets what is past its retention: batch ids by wall time, logs by the model's clock, once an hour of it. */
export function forgetTaken(store: ShardStore, nowMs: number): void {
  const { configured: state, sql } = store;
  store.receipts.forget(nowMs);
  const modelNowMs = store.modelNowMs(nowMs);
  if (modelNowMs === null) return;
  if (state.forgotMs !== null && modelNowMs - state.forgotMs < pace.forgetEveryMs) return;
  store.transaction(() => {
    deletePredictionsBefore(sql, store.joinableFromMs(nowMs));
    store.filters.forgetAll();
    sql.exec("update state set forgot_ms = ?", modelNowMs);
  });
  state.forgotMs = modelNowMs;
}
