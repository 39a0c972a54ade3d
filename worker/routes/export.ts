import { Hono } from "hono";
import { exportTables } from "#core/domain/export-tables.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { toArrow, toCsv, toParquet } from "../export/encode.ts";
import { exportRows } from "../export/export-rows.ts";
import { acceptedType } from "../http/accept.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { readRange } from "./model-scope.ts";

/** GET /v1/export/{table}?model=&from=&to= — Arrow IPC, or CSV or Parquet where Accept asks for it. */
export const exportRoutes = new Hono<AppEnv>();

const encoders = {
  "application/vnd.apache.arrow.stream": toArrow,
  "application/vnd.apache.parquet": toParquet,
  "text/csv": toCsv,
} as const;
const types = ["application/vnd.apache.arrow.stream", "application/vnd.apache.parquet", "text/csv"] as const;

exportRoutes.get(
  "/:table",
  requireScope("read", (c) => c.req.query("model")),
  async (c) => {
    const table = exportTables.find((name) => name === c.req.param("table"));
    if (table === undefined)
      throw new ProblemError("table_not_found", `The tables are ${exportTables.join(", ")}.`);
    const { organisationId } = c.get("actor");
    const columns = await exportRows(c.env, organisationId, table, c.req.query("model"), readRange(c));
    const type = acceptedType(c.req.header("accept"), types, types[0]);
    const charset = type.startsWith("text/") ? "; charset=utf-8" : "";
    return c.body(encoders[type](table, columns), 200, { "content-type": type + charset });
  },
);
