/**
 * The shapes of the HTTP API, once, for the Worker that answers, the client that asks and the dashboard that shows.
 * Fields of data rows are snake_case, as columns are in files and SQL; configuration and results are camelCase.
 * Times in replies are epoch milliseconds of the model's clock; in requests ISO 8601 or epoch milliseconds.
 */
export * from "./api/time.ts";
export * from "./api/batches.ts";
export * from "./api/models.ts";
export * from "./api/references.ts";
export * from "./api/checks.ts";
export * from "./api/windows.ts";
export * from "./api/performance.ts";
export * from "./api/quality.ts";
export * from "./api/archive.ts";
export * from "./api/alerts.ts";
export * from "./api/access.ts";
