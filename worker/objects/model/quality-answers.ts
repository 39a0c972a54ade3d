import type { Quality } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { pointsOf, seriesOfPoints } from "#core/quality.ts";
import { type AskedSeries, mainSeries } from "./answers.ts";
import { listChecks, readCheck } from "./checks.ts";
import type { ModelStore } from "./model-store.ts";

/** Feature verdicts in one answer, for which whole checks are read: about 50 MB of them, one at a time. */
const qualityVerdicts = 20_000;

/** Which series of quality: of one window series, a kind, a feature or field; all where left out. */
export interface AskedQuality extends AskedSeries {
  kind?: string;
  subject?: string;
}

/** The quality of a series' windows, from their checks; of too many windows the newest. */
export function qualityOf(store: ModelStore, kernel: Kernel, asked: AskedQuality): Quality {
  const { series = mainSeries(store).key, fromMs, toMs, kind, subject } = asked;
  const most = Math.min(
    limits.historyChecks,
    Math.ceil(qualityVerdicts / store.configured.model.features.length),
  );
  const points = listChecks(store.sql, { series, fromMs, toMs }, most).flatMap(({ summary }) => {
    const check = readCheck(store.sql, summary.id);
    return (check ? pointsOf(kernel, check) : []).filter(
      (point) =>
        (kind === undefined || point.kind === kind) && (subject === undefined || point.subject === subject),
    );
  });
  return { series: seriesOfPoints(points) };
}
