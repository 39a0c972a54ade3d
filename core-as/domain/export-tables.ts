/** The tables that leave as Arrow, Parquet or CSV: the schema of the SQL workbench, written once and free of everything heavy. */

import { performanceMetrics } from "./performance-metrics.ts";

/** GET /v1/export/{table}?model=&from=&to= as an Arrow IPC stream (or CSV or Parquet by Accept). */
export const exportTables = [
  "models",
  "checks",
  "features",
  "quality",
  "cells",
  "performance",
  "incidents",
] as const;
export type ExportTable = (typeof exportTables)[number];

/** The column of a metric: `rocAuc` is `roc_auc`. */
export const columnOfMetric = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** One for every metric of any task; null where the model's has none. */
const metricColumns = Object.fromEntries(
  performanceMetrics.map(({ name }) => [columnOfMetric(name), "f64" as const]),
);

/** Columns of the export tables: the workbench's schema, written once. Types are Arrow's. */
export const exportColumns: Record<
  ExportTable,
  Record<string, "utf8" | "f64" | "i32" | "bool" | "timestamp">
> = {
  models: { model: "utf8", name: "utf8", clock: "utf8", rows: "f64", watermark: "timestamp" },
  checks: {
    model: "utf8",
    check_id: "utf8",
    window_start: "timestamp",
    window_end: "timestamp",
    revision: "i32",
    reference: "utf8",
    rows: "f64",
    status: "utf8",
    worst: "utf8",
  },
  features: {
    model: "utf8",
    window_start: "timestamp",
    window_end: "timestamp",
    feature: "utf8",
    status: "utf8",
    method: "utf8",
    effect: "f64",
    adjusted_p: "f64",
    ks: "f64",
    psi: "f64",
    js: "f64",
    wasserstein: "f64",
    rows: "f64",
    missing: "f64",
  },
  quality: {
    model: "utf8",
    window_start: "timestamp",
    window_end: "timestamp",
    kind: "utf8",
    subject: "utf8",
    change: "utf8",
    value: "f64",
    unit: "utf8",
    low: "f64",
    high: "f64",
    expected: "f64",
    expected_low: "f64",
    expected_high: "f64",
    p_value: "f64",
    adjusted_p: "f64",
    effect: "f64",
    status: "utf8",
  },
  cells: {
    model: "utf8",
    window_start: "timestamp",
    feature: "utf8",
    cell: "i32",
    label: "utf8",
    lower: "f64",
    upper: "f64",
    reference_share: "f64",
    current_count: "f64",
  },
  performance: {
    model: "utf8",
    window_start: "timestamp",
    window_end: "timestamp",
    predictions: "f64",
    labelled: "f64",
    coverage: "f64",
    delay_median_hours: "f64",
    ...metricColumns,
  },
  incidents: {
    model: "utf8",
    incident_id: "utf8",
    state: "utf8",
    severity: "utf8",
    from_time: "timestamp",
    to_time: "timestamp",
    opened_at: "timestamp",
    windows: "i32",
  },
};
