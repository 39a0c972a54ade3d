import { Hono } from "hono";
import { type ExportTable, exportTables } from "#core/domain/export-tables.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { exportRows } from "../export/export-rows.ts";
import { toArrow, toCsv } from "../export/encode.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { readRange } from "./model-scope.ts";

/** GET /v1/export/{table}?model=&from=&to= — Arrow IPC, or CSV where Accept asks for it. */
export const exportRoutes = new Hono<AppEnv>();

exportRoutes.get("/:table", requireScope("read"), async (c) => {
  const table = c.req.param("table");
  if (!(exportTables as readonly string[]).includes(table))
    throw new ProblemError("table_not_found", `The tables are ${exportTables.join(", ")}.`);
  const { organisationId } = c.get("actor");
  const columns = await exportRows(
    c.env,
    organisationId,
    table as ExportTable,
    c.req.query("model"),
    readRange(c),
  );
  const csv = /\btext\/csv\b/.test(c.req.header("accept") ?? "");
  if (csv)
    return c.body(toCsv(table as ExportTable, columns), 200, { "content-type": "text/csv; charset=utf-8" });
  const bytes = toArrow(table as ExportTable, columns);
  return c.body(bytes, 200, { "content-type": "application/vnd.apache.arrow.stream" });
});
