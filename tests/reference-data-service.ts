/** The reference data for tests that run in workerd, where there are no files: a service that answers with them. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Response } from "miniflare";
import { inRoot } from "../scripts/paths.ts";

const folder = resolve(inRoot(), process.env.MDT_REFERENCE_DATA ?? "../shared/data");

/** `/datasets/car_loan_monitored.csv.gz`, `/oracle/binary_quality.json`, …; 404 without the data. */
export function referenceDataService(request: { url: string }): Response {
  const file = join(folder, new URL(request.url).pathname);
  const required = process.env.MDT_REQUIRE_REFERENCE_DATA === "1";
  if (!existsSync(file)) return new Response(null, { status: required ? 500 : 404 });
  return new Response(readFileSync(file));
}
