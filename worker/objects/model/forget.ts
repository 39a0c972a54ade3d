import { paneRetentionMs, paneSizes } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { deleteChecksBefore } from "./checks.ts";
import { deleteDueBefore } from "./due.ts";
import { deleteEstimatesBefore } from "./estimates.ts";
import { forgetWaiting } from "./label-joins.ts";
import { deletePredictionsBefore } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";
import { pace } from "./pace.ts";
import { deletePanesBefore } from "./pane-rows.ts";
import { rollUpPanes } from "./panes.ts";
import { forgetSent } from "./sent.ts";
import { deletePerformanceBefore } from "./performance.ts";
import { deletePerformanceChecksBefore } from "./performance-checks.ts";

/**
 * Rolls old panes up and forgets what is past its retention, by the model's clock; batch ids by wall time. Runs once an
 * hour of the model's clock.
 * @returns whether some is left
 */
export function forgetOld(store: ModelStore, nowMs: number): boolean {
  const { configured: state, sql } = store;
  store.receipts.forget(nowMs);
  const modelNowMs = store.modelNowMs(nowMs);
  if (modelNowMs === null) return false;
  if (state.forgotMs !== null && modelNowMs - state.forgotMs < pace.forgetEveryMs) return false;
  return store.transaction(() => {
    const sizes = paneSizes(state.model.basePaneMs);
    let more = false;
    sizes.slice(0, -1).forEach((sizeMs, index) => {
      const beforeMs = modelNowMs - paneRetentionMs(state.model.retention, sizeMs);
      const contentOf = (referenceId: string) => store.contentOf(referenceId);
      if (rollUpPanes(sql, sizeMs, sizes[index + 1], beforeMs, contentOf, pace.panesPerAlarm)) more = true;
    });
    const oldestMs = modelNowMs - state.model.retention.daysMs;
    deletePanesBefore(sql, oldestMs);
    if (deleteChecksBefore(sql, oldestMs, pace.panesPerAlarm)) more = true;
    deleteEstimatesBefore(sql, oldestMs);
    deletePerformanceBefore(sql, oldestMs);
    deletePerformanceChecksBefore(sql, oldestMs);
    deleteDueBefore(sql, oldestMs);
    deletePredictionsBefore(sql, store.joinableFromMs(nowMs));
    sql.exec("delete from labelled where end_ms <= ?", store.joinableFromMs(nowMs));
    forgetSent(sql, store.joinableFromMs(nowMs));
    store.filters.forgetAll();
    forgetWaiting(store, modelNowMs - limits.labelHorizonMs);
    if (!more) {
      sql.exec("update state set forgot_ms = ?", modelNowMs);
      state.forgotMs = modelNowMs;
    }
    return more;
  });
}
