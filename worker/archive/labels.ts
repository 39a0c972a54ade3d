import type { IdLog } from "#core/domain/id-log.ts";
import { HOUR_MS } from "#core/domain/limits.ts";
import { readLog } from "#core/domain/wire.ts";
import type { Env } from "../env.ts";
import type { ArchiveTold, ToldOf } from "../objects/model/archive-ledger.ts";
import type { AskedLabels, LabelPage, LabelPlace } from "../objects/model/log-pages.ts";
import { type Result, unwrap } from "../objects/result.ts";

/** An object that takes a model's batches, as whoever looks for labels sees it. */
export interface LabelSource {
  archiveLabels(asked: AskedLabels): Promise<Result<LabelPage>>;
}

/** And as the archive sees it. */
export interface ArchiveSource extends LabelSource {
  /** `others`: objects that take batches too, where it knows them. */
  archiveRecords(told: ToldOf): Promise<Result<ArchiveTold & { others?: string[] }>>;
}

/** The model's own object under the model's name, a shard under its own. */
export const sourceNamed = (
  env: Pick<Env, "MODEL" | "SHARD">,
  modelName: string,
  source: string,
): ArchiveSource => (source === modelName ? env.MODEL : env.SHARD).getByName(source);

/** The labels that are known of an hour's rows, log by log; of all objects that may have some. */
export async function* labelsOfHour(
  sources: readonly LabelSource[],
  hourMs: number,
): AsyncGenerator<IdLog, void, void> {
  for (const source of sources) {
    let after: LabelPlace | null = null;
    do {
      const page: LabelPage = unwrap(
        await source.archiveLabels({ fromMs: hourMs, toMs: hourMs + HOUR_MS, after }),
      );
      for (const log of page.logs) yield readLog(log);
      after = page.next;
    } while (after !== null);
  }
}
