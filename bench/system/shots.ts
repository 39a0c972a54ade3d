/** What a scenario sends, request after request. */
import type { Columns } from "#core/domain/columns.ts";
import type { Feature } from "#core/domain/model.ts";
import { type Body, bodyOf, type Form, labelsOf, rowsOf } from "./bodies.ts";
import type { Shot } from "./load.ts";
import type { Scenario } from "./scenarios.ts";

/** Different rows: more would only fill the generator's memory. */
const rowsKept = 8;
/** After this rows are made anew, with the time it then is. */
const staleMs = 30_000;

/**
 * The next request of a scenario. Bodies without ids are sent again under new batch ids, so that the generator takes little of
 * the machine; rows with ids are new every time, and labels are those of a batch that was sent.
 */
export function shotsOf(
  { forms, rowsPerBatch, labelled, everySeconds }: Scenario,
  models: readonly string[],
  features: readonly Feature[],
): () => Shot {
  const rows =
    everySeconds === undefined
      ? keptRows(features, rowsPerBatch)
      : spreadRows(features, rowsPerBatch, { models: models.length, everyMs: 1000 * everySeconds });
  const bodies = new Map<Columns, Map<Form, Body>>();
  const unlabelled: { model: string; ids: string[]; timeMs: number }[] = [];
  let sent = 0;
  return () => {
    const request = sent++;
    const form = forms[request % forms.length];
    const oldest = form === "labels" ? unlabelled.shift() : undefined;
    if (oldest) return { path: pathOf(oldest.model, "labels"), ...labelsOf(oldest.ids, oldest.timeMs) };
    const [batchForm] = form === "labels" ? forms : [form];
    if (batchForm === "labels") throw new RangeError("labels come after rows");
    const model = models[Math.floor(request / forms.length) % models.length];
    const path = pathOf(model, "predictions");
    const columns = rows(request);
    if (labelled) {
      const ids = Array.from({ length: rowsPerBatch }, (_, row) => `${model}-${request}-${row}`);
      if (forms.includes("labels")) unlabelled.push({ model, ids, timeMs: columns.timesMs?.[0] ?? 0 });
      return { path, ...bodyOf(batchForm, columns, ids) };
    }
    if (everySeconds !== undefined) return { path, ...bodyOf(batchForm, columns, null) };
    const made = bodies.get(columns) ?? new Map<Form, Body>();
    const body = made.get(batchForm) ?? bodyOf(batchForm, columns, null);
    bodies.set(columns, made.set(batchForm, body));
    for (const old of bodies.keys()) if (bodies.size > rowsKept) bodies.delete(old);
    return { path, ...body };
  };
}

const pathOf = (model: string, what: string): string => `/v1/models/${model}/${what}`;

/** All rows of a batch are of one millisecond, and of now. */
function keptRows(features: readonly Feature[], rowsPerBatch: number): (request: number) => Columns {
  const made: { columns: Columns; atMs: number }[] = [];
  return (request) => {
    const at = request % rowsKept;
    const nowMs = Date.now();
    if (made[at] === undefined || nowMs - made[at].atMs > staleMs) {
      const times = new Float64Array(rowsPerBatch).fill(nowMs);
      made[at] = { columns: rowsOf(features, rowsPerBatch, at + 1, times), atMs: nowMs };
    }
    return made[at].columns;
  };
}

const spreadFromMs = 140 * 60_000;

/** The same rows at the times that batches of each model would come at. */
function spreadRows(
  features: readonly Feature[],
  rowsPerBatch: number,
  { models, everyMs }: { models: number; everyMs: number },
): (request: number) => Columns {
  const fromMs = Date.now() - spreadFromMs;
  const kept = Array.from({ length: rowsKept }, (_, at) => rowsOf(features, rowsPerBatch, at + 1, null));
  return (request) => {
    const times = new Float64Array(rowsPerBatch).fill(fromMs + Math.floor(request / models) * everyMs);
    return { ...kept[request % rowsKept], timesMs: times };
  };
}
