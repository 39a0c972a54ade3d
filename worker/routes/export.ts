import { Hono } from "hono";
import { type ExportTable, exportTables } from "#core/domain/export-tables.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { type ExportColumns, toArrow, toCsv, toParquet } from "../export/encode.ts";
import { exportRows } from "../export/export-rows.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { readRange } from "./model-scope.ts";

/** GET /v1/export/{table}?model=&from=&to= — Arrow IPC, or CSV or Parquet where Accept asks for it. */
export const exportRoutes = new Hono<AppEnv>();

const encoders: Record<
  string,
  (table: ExportTable, columns: ExportColumns) => string | Uint8Array<ArrayBuffer>
> = {
  "application/vnd.apache.arrow.stream": toArrow,
  "application/vnd.apache.parquet": toParquet,
  "text/csv": toCsv,
};
const [usual] = Object.keys(encoders);

/** The first type that is named and known; Arrow where none is. */
function typeOf(accept: string | undefined): string {
  const named = (accept ?? "").split(",").map((one) => one.split(";")[0].trim().toLowerCase());
  return named.find((type) => Object.hasOwn(encoders, type)) ?? usual;
}

exportRoutes.get(
  "/:table",
  requireScope("read", (c) => c.req.query("model")),
  async (c) => {
    const table = exportTables.find((name) => name === c.req.param("table"));
    if (table === undefined)
      throw new ProblemError("table_not_found", `The tables are ${exportTables.join(", ")}.`);
    const { organisationId } = c.get("actor");
    const columns = await exportRows(c.env, organisationId, table, c.req.query("model"), readRange(c));
    const type = typeOf(c.req.header("accept"));
    const charset = type.startsWith("text/") ? "; charset=utf-8" : "";
    return c.body(encoders[type](table, columns), 200, { "content-type": type + charset });
  },
);
