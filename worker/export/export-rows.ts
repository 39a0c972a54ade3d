import type { Model } from "#core/domain/api.ts";
import { columnOfMetric, type ExportTable } from "#core/domain/export-tables.ts";
import { HOUR_MS } from "#core/domain/limits.ts";
import { performanceMetrics } from "#core/domain/performance-metrics.ts";
import type { Check } from "#core/domain/check.ts";
import { pointsOf } from "#core/quality.ts";
import type { Env } from "../env.ts";
import { theKernel } from "../kernel.ts";
import type { ExportPage } from "../objects/model/exports.ts";
import { type Result, unwrap } from "../objects/result.ts";
import { listModels } from "../store/models.ts";
import { existing } from "../routes/models.ts";
import type { ExportColumns } from "./encode.ts";

interface Range {
  fromMs: number;
  toMs: number;
}
type Row = Record<string, string | number | null>;

/** The rows of an export table, for one model or for all of the organisation. */
export async function exportRows(
  env: Env,
  organisationId: string,
  table: ExportTable,
  modelId: string | undefined,
  range: Range,
): Promise<ExportColumns> {
  const models =
    modelId === undefined
      ? await listModels(env.DB, organisationId)
      : [await existing(env, organisationId, modelId)];
  if (table === "incidents") return columnsOf(await incidentRows(env, organisationId, modelId));
  const parts: ExportColumns[] = [];
  for (const model of models) parts.push(await partOf(env, organisationId, table, model, range));
  return concatenate(parts);
}

async function partOf(
  env: Env,
  organisationId: string,
  table: Exclude<ExportTable, "incidents">,
  model: Model,
  range: Range,
): Promise<ExportColumns> {
  const object = env.MODEL.getByName(`${organisationId}/${model.id}`);
  if (table === "models") {
    const status = await object.status();
    const { id, name, clock } = model;
    return columnsOf([
      { model: id, name, clock, rows: status?.rows ?? 0, watermark: status?.watermarkMs ?? null },
    ]);
  }
  if (table === "performance") {
    const { windows } = unwrap(await object.performance(range));
    return columnsOf(
      windows.map(({ windowStartMs, windowEndMs, predictions, labelled, coverage, delay, realised }) => ({
        model: model.id,
        window_start: windowStartMs,
        window_end: windowEndMs,
        predictions,
        labelled,
        coverage,
        delay_median_hours: delay && delay.medianMs / HOUR_MS,
        ...Object.fromEntries(
          performanceMetrics.map(({ name }) => [
            columnOfMetric(name),
            realised?.metrics[name]?.value ?? null,
          ]),
        ),
      })),
    );
  }
  if (table === "cells") {
    const pages = await allPages(range, async (from) => object.exportCells(from, range.toMs));
    return concatenate(
      pages.map((page) => ({
        model: Array.from(page.cell, () => model.id),
        window_start: page.windowStartMs,
        feature: Array.from(page.feature.codes, (code) => page.feature.dictionary[code]),
        cell: page.cell,
        label: Array.from(page.label.codes, (code) => page.label.dictionary[code]),
        lower: Array.from(page.lower, (value) => (Number.isNaN(value) ? null : value)),
        upper: Array.from(page.upper, (value) => (Number.isNaN(value) ? null : value)),
        reference_share: page.referenceShare,
        current_count: page.currentCount,
      })),
    );
  }
  const checks = (await allPages(range, async (from) => object.exportChecks(from, range.toMs))).flat();
  return columnsOf(checks.flatMap(rowsOf[table]));
}

/** An object answers in pages, so that no reply is too large for RPC. */
async function allPages<T>(
  { fromMs }: Range,
  ask: (from: number) => Promise<Result<ExportPage<T>>>,
): Promise<T[]> {
  const pages: T[] = [];
  let next: number | null = fromMs;
  while (next !== null) {
    const { page, nextFromMs }: ExportPage<T> = unwrap(await ask(next));
    pages.push(page);
    next = nextFromMs;
  }
  return pages;
}

const checkRows = (check: Check): Row[] => [
  {
    model: check.modelId,
    check_id: check.id,
    window_start: check.windowStartMs,
    window_end: check.windowEndMs,
    revision: check.revision,
    reference: check.referenceId ?? "",
    rows: check.rows,
    status: check.status,
    worst: check.worst,
  },
];

const featureRows = (check: Check): Row[] =>
  check.features.map(({ name, m, missing, scores, verdict }) => ({
    model: check.modelId,
    window_start: check.windowStartMs,
    window_end: check.windowEndMs,
    feature: name,
    status: verdict.status,
    method: verdict.method,
    effect: verdict.effect,
    adjusted_p: verdict.adjustedP,
    ks: scores.ks?.statistic ?? null,
    psi: scores.psi?.statistic ?? null,
    js: scores.js?.statistic ?? null,
    wasserstein: scores.wasserstein?.statistic ?? null,
    rows: m,
    missing: missing.current,
  }));

const qualityRows = (check: Check): Row[] =>
  pointsOf(theKernel(), check).map(({ kind, subject, change, value, unit, ...point }) => ({
    model: check.modelId,
    window_start: point.windowStartMs,
    window_end: point.windowEndMs,
    ...{ kind, subject, change, value, unit },
    low: point.low,
    high: point.high,
    expected: point.expected,
    expected_low: point.expectedLow,
    expected_high: point.expectedHigh,
    p_value: point.pValue,
    adjusted_p: point.adjustedP,
    effect: point.effect,
    status: point.status,
  }));

/** Tables that are made of checks. */
const rowsOf = { checks: checkRows, features: featureRows, quality: qualityRows };

async function incidentRows(env: Env, organisationId: string, modelId: string | undefined): Promise<Row[]> {
  const incidents = await env.ORGANISATION.getByName(organisationId).incidents({ modelId });
  return incidents.map(({ id, modelId: model, state, severity, fromMs, toMs, openedAtMs, entries }) => ({
    model,
    incident_id: id,
    state,
    severity,
    from_time: fromMs,
    to_time: toMs,
    opened_at: openedAtMs,
    windows: entries.length,
  }));
}

function columnsOf(rows: readonly Row[]): ExportColumns {
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => row[name])]));
}

function concatenate(parts: readonly ExportColumns[]): ExportColumns {
  const filled = parts.filter((part) => Object.keys(part).length > 0);
  if (filled.length <= 1) return filled[0] ?? {};
  return Object.fromEntries(
    Object.keys(filled[0]).map((name) => [name, filled.flatMap((part) => Array.from(part[name]))]),
  );
}
