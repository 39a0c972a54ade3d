import { closedUntilMs } from "#core/domain/event-time.ts";
import { sendingsOf } from "#core/domain/id-log.ts";
import { readLog } from "#core/domain/wire.ts";
import { countDuplicates } from "../../../worker/objects/model/logs.ts";
import { toldOfPanes } from "../../../worker/objects/model/panes.ts";
import type { ModelObject } from "../../../worker/objects/model-object.ts";
import { unwrap } from "../../../worker/objects/result.ts";
import type { Called } from "./objects.ts";
import type { Story } from "./one-pass.ts";
import { type Platform, storageOf } from "./platform.ts";
import { startMs, windowMs, windows } from "./scenario.ts";

const ever = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };

/** What the platform tells when all has come to rest, by what everyone may ask it and by what lies in its tables. */
export async function storyOf(root: Called<ModelObject>, platform: Platform): Promise<Story> {
  const { rows, watermarkMs } = (await root.status())!;
  const { model } = unwrap(await root.foldingPlan());
  const told: Story["windows"] = {};
  for (const { name } of model.features) {
    const answer = unwrap(await root.windows(name, ever));
    told[name] = answer.windows.filter((window) => window.rows > 0);
  }
  const quality: Story["quality"] = {};
  const performance: Story["performance"] = {};
  // What everyone may ask for is not all that can be wrong.
  const { sql } = storageOf(platform, "ModelObject", "o/m");
  for (let window = 0; window < windows; window++) {
    const fromMs = startMs + window * windowMs;
    const toMs = fromMs + windowMs;
    const { batches, received, rejected } = toldOfPanes(sql, fromMs, toMs, "").quality;
    const refused = Object.values(rejected).reduce((sum, count) => sum + count, 0);
    const repeated = countDuplicates(sql, fromMs, toMs);
    if (batches + received + repeated > 0) quality[fromMs] = { batches, received, refused, repeated };
  }
  for (const { windowStartMs, labelled, predictions, realised } of unwrap(await root.performance(ever))
    .windows)
    if (labelled > 0 && realised?.confusion)
      performance[windowStartMs] = { predictions, confusion: realised.confusion };
  const { clock, latenessMs } = model;
  const newestMs = watermarkMs === null ? null : watermarkMs + latenessMs;
  const closedMs = closedUntilMs({ clock, newestMs, latenessMs, nowMs: Date.now() });
  const undone = countUndone(sql, closedMs ?? -Infinity, platform);
  const remembered = countRemembered(platform);
  const logged = countLogged(platform);
  const halves = unwrap(await root.halves());
  return { rows, watermarkMs, windows: told, quality, performance, remembered, logged, halves, undone };
}

/** Of the logs of predictions that objects keep: how often each was sent, of all. */
function countLogged({ objects }: Platform): number {
  let logged = 0;
  for (const { storage } of objects.values()) {
    const { sql } = storage.view(() => true);
    const table = "select 1 from sqlite_master where name = 'prediction_log'";
    if (sql.exec(table).toArray().length === 0) continue;
    for (const { entries } of sql.exec<{ entries: ArrayBuffer }>("select entries from prediction_log")) {
      const sendings = sendingsOf(readLog(new Uint8Array(entries)));
      logged += sendings.values.reduce((sum, count) => sum + count, 0);
    }
  }
  return logged;
}

/** Batches that the objects know, folded or not: each is known by one of them. */
function countRemembered({ objects }: Platform): number {
  let remembered = 0;
  for (const { storage } of objects.values()) {
    const { sql } = storage.view(() => true);
    const tables = "select name from sqlite_master where name = 'receipts' or name glob 'delta_*'";
    for (const { name } of sql.exec<{ name: string }>(tables)) {
      const batches = name === "receipts" ? "sum(batches)" : "count(*)";
      remembered += sql.exec<{ n: number | null }>(`select ${batches} as n from ${name}`).one().n ?? 0;
    }
  }
  return remembered;
}

/** Windows to be checked or measured that have closed, intents, and checks that D1 or the organisation does not know. */
function countUndone(sql: SqlStorage, closedMs: number, { told, database }: Platform): Story["undone"] {
  const left = "select count(*) as n from due where work = 'check' and end_ms <= ? or work = 'performance'";
  const due = sql.exec<{ n: number }>(left, closedMs).one().n;
  const intents = sql.exec<{ n: number }>("select count(*) as n from intent").one().n;
  const made = sql.exec<{ id: string }>(`select summary ->> '$.id' as id from "check"`).toArray();
  const saved = new Set(
    database
      .prepare("select id from checks")
      .all()
      .map(({ id }) => String(id)),
  );
  const untold = made.filter(({ id }) => !told.has(id) || !saved.has(id)).length;
  return { due, intents, untold };
}
