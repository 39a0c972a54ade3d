import { tableFromIPC } from "@uwdata/flechette";
import { env, SELF } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import type { Key, LiveHint } from "#core/domain/api.ts";
import { exportColumns, exportTables, type ExportTable } from "#core/domain/export-tables.ts";
import type { Problem } from "#core/domain/errors.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  ringAlarm,
  send,
  startMs,
} from "./model-scenario.ts";

const authorization = { authorization: `Bearer ${env.MDT_OWNER_SECRET}` };

async function exported(table: ExportTable, query = "", accept = "*/*"): Promise<Response> {
  return SELF.fetch(`http://127.0.0.1:4280/v1/export/${table}${query}`, {
    headers: { ...authorization, accept },
  });
}

describe("an export", () => {
  beforeAll(async () => {
    await createModel("exported");
    for (const [day, shift] of [0, 2].entries())
      await send("exported", `day-${day}`, makeRows(day, 400, startMs + day * DAY_MS, DAY_MS, shift));
    await send("exported", "closing", makeRows(9, 1, startMs + 2 * DAY_MS + HOUR_MS, HOUR_MS));
    await ringAlarm("exported");
  });

  test.each(exportTables)("of %s is an Arrow table with the declared columns", async (table) => {
    const reply = await exported(table);
    expect(reply.headers.get("content-type")).toBe("application/vnd.apache.arrow.stream");
    const arrow = tableFromIPC(await reply.arrayBuffer());
    expect(arrow.schema.fields.map(({ name }) => name)).toEqual(Object.keys(exportColumns[table]));
    if (table !== "performance") expect(arrow.numRows).toBeGreaterThan(0);
  });

  test("holds the verdicts as they were given", async () => {
    const rows = tableFromIPC(await (await exported("features", "?model=exported")).arrayBuffer()).toArray();
    expect(rows).toHaveLength(8);
    const drifted = rows.filter(({ status }) => status === "drift");
    expect(drifted.map(({ feature, window_start }) => [feature, Number(window_start)])).toEqual([
      ["amount", startMs + DAY_MS],
    ]);
  });

  test("of cells adds up to the rows", async () => {
    const query = `?model=exported&from=${startMs}&to=${startMs + DAY_MS}`;
    const rows = tableFromIPC(await (await exported("cells", query)).arrayBuffer()).toArray();
    const channel = rows.filter(({ feature }) => feature === "channel");
    expect(channel.reduce((sum, { current_count }) => sum + Number(current_count), 0)).toBe(400);
    expect(channel.reduce((sum, { reference_share }) => sum + Number(reference_share), 0)).toBeCloseTo(1, 12);
  });

  test("is CSV where that is asked for", async () => {
    const [head, first] = (await (await exported("checks", "", "text/csv")).text()).split("\r\n");
    expect(head).toBe(Object.keys(exportColumns.checks).join(","));
    expect(first).toContain(new Date(startMs).toISOString());
  });

  test.each(exportTables)(
    "of %s is Parquet where that is asked for, with the rows of the Arrow table",
    async (table) => {
      const reply = await exported(table, "", "application/vnd.apache.parquet, */*;q=0.1");
      expect(reply.headers.get("content-type")).toBe("application/vnd.apache.parquet");
      const file = await reply.arrayBuffer();
      const rows = await parquetReadObjects({ file });
      const arrow = tableFromIPC(await (await exported(table)).arrayBuffer(), { useDate: true });
      const plain = (value: unknown): unknown => (value instanceof Date ? value.getTime() : (value ?? null));
      const listed = (all: Iterable<object>): unknown[] =>
        Array.from(all, (row) => Object.entries(row).map(([name, value]) => [name, plain(value)]));
      expect(listed(rows)).toEqual(listed(arrow.toArray() as object[]));
      const { schema } = parquetMetadata(file);
      expect(schema.slice(1).map(({ name }) => name)).toEqual(Object.keys(exportColumns[table]));
    },
  );

  test("of its own model is given to a key that is bound to it, of no other", async () => {
    const { body } = await call<Key>("POST", "/v1/keys", {
      name: "k",
      scopes: ["read"],
      modelId: "exported",
    });
    const asked = async (query: string): Promise<number> => {
      const headers = { authorization: `Bearer ${body.secret}` };
      const reply = await SELF.fetch(`http://127.0.0.1:4280/v1/${query}`, { headers });
      await reply.arrayBuffer();
      return reply.status;
    };
    expect(await asked("export/checks?model=exported")).toBe(200);
    expect(await asked("incidents?model=exported")).toBe(200);
    for (const other of ["export/checks", "export/checks?model=other", "incidents", "incidents?model=other"])
      expect(await asked(other)).toBe(404);
  });

  test("of an unknown table says which there are", async () => {
    const { status, body } = await call<Problem>("GET", "/v1/export/secrets");
    expect([status, body.code]).toEqual([404, "table_not_found"]);
    expect(body.detail).toContain("features");
  });
});

describe("the live socket", () => {
  test("hints at a check as it is made, and tells nothing else", async () => {
    await createModel("watched-live");
    const reply = await SELF.fetch("http://127.0.0.1:4280/v1/live", {
      headers: { ...authorization, upgrade: "websocket" },
    });
    expect(reply.status).toBe(101);
    const socket = reply.webSocket;
    if (!socket) throw new Error("no socket came with the upgrade");
    socket.accept();
    const hint = new Promise<LiveHint>((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const told = JSON.parse(String(data)) as LiveHint;
        if (told.type === "check") resolve(told);
      });
    });
    await send("watched-live", "day", makeRows(1, 300, startMs));
    await send("watched-live", "closing", makeRows(2, 1, startMs + DAY_MS + HOUR_MS, HOUR_MS));
    await ringAlarm("watched-live");
    const told = await hint;
    expect(Object.keys(told).sort()).toEqual(["id", "modelId", "revision", "type"]);
    expect(told.modelId).toBe("watched-live");
    socket.close();
  });
});

describe("the sweep", () => {
  test("wakes every model and can be asked for", async () => {
    const { models, failed } = await ask<{ models: number; failed: number }>("POST", "/v1/sweep");
    expect(models).toBeGreaterThanOrEqual(2);
    expect(failed).toBe(0);
  });
});
