/** One line for each piece of news. */
import { short } from "#core/compare/change.ts";
import type { Status } from "#core/domain/check.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { metricsOf } from "#core/domain/performance-metrics.ts";
import { formatCount } from "#core/report/format.ts";
import { statusStyles } from "../terminal-rows.ts";
import { padded, type Paint, printable } from "../terminal-text.ts";
import type { News } from "./news.ts";

/** Metrics of a line, the first that the task has. */
const metricsShown = 3;

/** @param nowMs when it was heard of, which is not when it happened */
export function lineOf(news: News, nowMs: number, paint: Paint): string {
  const at = paint(new Date(nowMs).toISOString().slice(11, 19), "dim");
  const kind = padded(news.type, "performance".length);
  return `${at}  ${kind}  ${printable(news.modelId)}${seriesIn(news)}  ${saying(news, paint)}`;
}

/** A monitor or segment that is not the model's own. */
function seriesIn(news: News): string {
  const monitor = news.type === "incident" ? news.incident.monitor : "default";
  return monitor === "default" ? "" : ` (${printable(monitor)})`;
}

function saying(news: News, paint: Paint): string {
  if (news.type === "check") {
    const { windowStartMs, windowEndMs, status, rows, reason, revision } = news.check;
    const word = statusWord(status, paint);
    const again = revision > 1 ? ` (revision ${revision})` : "";
    return `${stretch(windowStartMs, windowEndMs)}  ${word}  ${formatCount(rows)} rows  ${printable(reason)}${again}`;
  }
  if (news.type === "incident") {
    const { kind, state, severity, fromMs, toMs, id, acknowledgedBy, resolvedBy } = news.incident;
    const by = state === "acknowledged" ? acknowledgedBy : state === "resolved" ? resolvedBy : null;
    const word = paint(state, ...statusStyles[state === "resolved" ? "ok" : "drift"]);
    return `${stretch(fromMs, toMs)}  ${word}  ${severity} ${kind}  ${id}${by === null ? "" : `  by ${printable(by)}`}`;
  }
  const { windowStartMs, windowEndMs, predictions, labelled, realised, check } = news.window;
  const metrics = metricsOf(realised?.task ?? "binary").flatMap(({ name, label }) => {
    const found = realised?.metrics[name];
    return found ? [`${label} ${short(found.value, 3)}`] : [];
  });
  return [
    stretch(windowStartMs, windowEndMs),
    ...(check === null ? [] : [statusWord(check.status, paint)]),
    `${formatCount(labelled)} of ${formatCount(predictions)} labelled`,
    ...metrics.slice(0, metricsShown),
  ].join("  ");
}

const statusWord = (status: Status, paint: Paint): string =>
  paint(padded(status.toUpperCase(), "INSUFFICIENT".length), ...statusStyles[status]);

/** A day by its date, several by the first and the last, anything else by its times. */
function stretch(startMs: number, endMs: number): string {
  const [start, end] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  if (startMs % DAY_MS !== 0 || endMs % DAY_MS !== 0) return `${start.slice(0, 16)}Z to ${end.slice(0, 16)}Z`;
  if (endMs - startMs === DAY_MS) return start.slice(0, 10);
  return `${start.slice(0, 10)} to ${new Date(endMs - DAY_MS).toISOString().slice(0, 10)}`;
}
