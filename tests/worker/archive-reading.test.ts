import { env, SELF } from "cloudflare:test";
import { parquetReadObjects } from "hyparquet";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { ArchiveErasure, ArchiveLinks } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import { archivedRows, byId, fetched, keysOf, listed, rowsOfArrow, settle } from "./archive-scenario.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  ringAlarm,
  type Row,
  send,
  startMs,
} from "./model-scenario.ts";

afterEach(() => {
  vi.useRealTimers();
});

const rows = makeRows(1, 60, startMs, 4 * HOUR_MS).map((row, n): Row => ({ ...row, customer: `c-${n % 6}` }));
const ids = (some: readonly Row[]): string[] => some.map(({ prediction_id: id }) => String(id)).sort();

const linksTo = (body: object) => ask<ArchiveLinks>("POST", "/v1/models/read/archive/links", body);
const open = (url: string, headers: Record<string, string> = {}) => SELF.fetch(url, { headers });

describe("a range", () => {
  beforeAll(async () => {
    await createModel("read", { archive: { subject: "customer" } });
    await send("read", "a", rows.slice(0, 40));
    await settle("read");
    await send("read", "b", rows.slice(40));
    const labels = rows.slice(0, 50).map(({ prediction_id: id, timestamp }) => ({
      ...{ prediction_id: id, label: true, prediction_timestamp: timestamp },
    }));
    await ask("POST", "/v1/models/read/labels", { batch_id: "l", rows: labels });
    await ringAlarm("read");
  });

  test("is the same rows in Parquet, Arrow and CSV, compacted or not, by what Accept asks for", async () => {
    const query = `/v1/models/read/archive/rows?from=${startMs + HOUR_MS / 2}&to=${startMs + 3.5 * HOUR_MS}`;
    const wanted = rows.filter(({ timestamp }) => {
      const at = Number(timestamp) - startMs;
      return at >= HOUR_MS / 2 && at < 3.5 * HOUR_MS;
    });
    const authorization = `Bearer ${env.MDT_OWNER_SECRET}`;
    const parquet = await fetched(query);
    expect(parquet.headers.get("content-type")).toBe("application/vnd.apache.parquet");
    expect(parquet.headers.get("content-disposition")).toBe('attachment; filename="read.parquet"');
    const file = await parquet.arrayBuffer();
    const objects = await parquetReadObjects({ file });
    expect(ids(objects as Row[])).toEqual(ids(wanted));
    expect(objects[0]).toMatchObject({
      timestamp: new Date(Number(wanted[0].timestamp)),
      label: true,
      customer: "c-2",
    });
    const arrow = await fetched(query, { authorization, accept: "application/vnd.apache.arrow.stream" });
    expect(ids(rowsOfArrow(await arrow.arrayBuffer()))).toEqual(ids(wanted));
    const csv = await (await fetched(query, { authorization, accept: "text/csv" })).text();
    const [head, ...lines] = csv.trimEnd().split("\r\n");
    expect(head).toBe(
      "prediction_id,timestamp,version,customer,amount,channel,score,approved,label,label_timestamp",
    );
    expect(lines).toHaveLength(wanted.length);
    expect(lines[0]).toContain(new Date(Number(wanted[0].timestamp)).toISOString());
  });

  test("may be empty, and is then a file without rows", async () => {
    const query = `/v1/models/read/archive/rows?from=${startMs + 9 * DAY_MS}&to=${startMs + 10 * DAY_MS}`;
    expect(await parquetReadObjects({ file: await (await fetched(query)).arrayBuffer() })).toEqual([]);
    expect(await archivedRows("read", `?to=${startMs}`)).toEqual([]);
  });

  test("is listed hour by hour", async () => {
    const {
      hours,
      rows: total,
      bytes,
    } = await listed("read", `?from=${startMs + HOUR_MS}&to=${startMs + 3 * HOUR_MS}`);
    expect(hours.map(({ fromMs, state, rows: n }) => [fromMs - startMs, state, n])).toEqual([
      [HOUR_MS, "open", 15],
      [2 * HOUR_MS, "open", 15],
    ]);
    expect([total, bytes > 0]).toEqual([30, true]);
  });

  test("needs the scope to read, and a model that is there", async () => {
    const { body: key } = await call<{ secret: string }>("POST", "/v1/keys", {
      name: "in",
      scopes: ["ingest"],
    });
    const refused = await fetched("/v1/models/read/archive/rows", { authorization: `Bearer ${key.secret}` });
    expect(refused.status).toBe(403);
    expect((await call<Problem>("GET", "/v1/models/nobody/archive")).body.code).toBe("model_not_found");
  });

  test("is fetched by a link without a key, until that expires", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { links, waitingRows } = await linksTo({ from: startMs, to: startMs + DAY_MS, labelled: true });
    expect([links.length, links[0].rows, waitingRows]).toEqual([1, 60, 0]);
    const reply = await open(links[0].url);
    expect(reply.headers.get("content-type")).toBe("application/vnd.apache.parquet");
    const objects = await parquetReadObjects({ file: await reply.arrayBuffer() });
    expect(ids(objects as Row[])).toEqual(ids(rows.slice(0, 50)));
    vi.setSystemTime(Date.now() + DAY_MS + 1);
    const late = await open(links[0].url);
    expect([late.status, (await late.json<Problem>()).code]).toEqual([410, "link_expired"]);
  });

  test("is not reached by a link that somebody changed or made up", async () => {
    const { links } = await linksTo({
      from: startMs,
      to: startMs + HOUR_MS,
      format: "csv",
      expiresInMs: 60_000,
    });
    expect((await open(links[0].url)).headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [content, signature] = links[0].url.split("/").at(-1)!.split(".");
    const other = btoa(JSON.stringify({ ...(JSON.parse(atob(content)) as object), toMs: startMs + DAY_MS }));
    const wrong = [
      `${other}.${signature}`,
      content,
      `${content}.`,
      `.${signature}`,
      "nonsense",
      `${content}.${signature}.x`,
    ];
    wrong.push(`${content}.${signature.slice(0, -2)}`, `${content}.${signature.slice(1)}é`);
    for (const token of wrong) {
      const reply = await open(`http://127.0.0.1:4280/v1/archive/${encodeURIComponent(token)}`);
      expect([token, reply.status, (await reply.json<Problem>()).code]).toEqual([token, 404, "link_invalid"]);
    }
  });

  test("of one compacted hour is its file, as it lies", async () => {
    await settle("read");
    const { links } = await linksTo({ from: startMs, to: startMs + HOUR_MS });
    const linked = new Uint8Array(await (await open(links[0].url)).arrayBuffer());
    // The file that it replaced is still there for those who read it.
    const keys = (await keysOf("read", "hours")).filter((name) => name.includes("T00/"));
    const stored = await Promise.all(keys.map(async (key) => (await env.ROWS.get(key))!.bytes()));
    expect(stored.filter((bytes) => Buffer.compare(bytes, linked) === 0)).toHaveLength(1);
  });
});

describe("an erasure", () => {
  const erase = (id: string, body: object) =>
    call<ArchiveErasure>("POST", `/v1/models/${id}/archive/erasures`, body);
  const numbers = ({ state, rows: n, hours, batches }: ArchiveErasure) => [state, n, hours, batches];

  test("by prediction id and by subject removes rows wherever they lie, and says how many", async () => {
    await createModel("erased", { archive: { subject: "customer" } });
    await send("erased", "a", rows.slice(0, 40));
    await settle("erased");
    await send("erased", "b", rows.slice(40));
    const [first, last] = [rows[0].prediction_id, rows[59].prediction_id];
    const byIds = await erase("erased", { prediction_ids: [first, last, "nobody"] });
    expect([byIds.status, ...numbers(byIds.body)]).toEqual([200, "done", 2, 1, 1]);
    const bySubject = await erase("erased", { subjects: ["c-3"] });
    expect(numbers(bySubject.body)).toEqual(["done", 10, 3, 1]);
    const left = rows.slice(1, 59).filter(({ customer }) => customer !== "c-3");
    expect((await archivedRows("erased")).sort(byId).map(({ prediction_id: id }) => id)).toEqual(ids(left));
    await settle("erased");
    expect(ids(await archivedRows("erased"))).toEqual(ids(left));
    // Not in any file that is there, the replaced ones are gone.
    const { objects } = await env.ROWS.list({ prefix: "main/erased/" });
    for (const { key } of objects) {
      const text = new TextDecoder("latin1").decode(await (await env.ROWS.get(key))!.arrayBuffer());
      expect([key, text.includes(`${first}`), text.includes("c-3")]).toEqual([key, false, false]);
    }
  });

  test("the same again is the same, with the same numbers", async () => {
    await createModel("again", { archive: {} });
    await send("again", "a", rows);
    const first = await erase("again", { prediction_ids: ["p-1-1", "p-1-2"] });
    const second = await erase("again", { prediction_ids: ["p-1-2", "p-1-1", "p-1-1"] });
    expect(second.body).toEqual(first.body);
    const { erasures } = await ask<{ erasures: ArchiveErasure[] }>(
      "GET",
      "/v1/models/again/archive/erasures",
    );
    expect(erasures).toEqual([first.body]);
    expect(await ask("GET", `/v1/models/again/archive/erasures/${first.body.id}`)).toEqual(first.body);
  });

  test("holds for a batch that is acknowledged after it", async () => {
    await createModel("stays-away", { archive: { subject: "customer" } });
    await erase("stays-away", { subjects: ["c-1"], prediction_ids: ["p-1-0"] });
    await send("stays-away", "a", rows);
    const left = rows.slice(1).filter(({ customer }) => customer !== "c-1");
    expect(ids(await archivedRows("stays-away"))).toEqual(ids(left));
    await settle("stays-away");
    expect(ids(await archivedRows("stays-away"))).toEqual(ids(left));
    expect((await listed("stays-away")).rows).toBe(left.length);
  });

  test("holds though hours are compacted, labelled and read at the same moment", async () => {
    await createModel("at-once", { archive: { subject: "customer" } });
    for (const part of [0, 1, 2]) await send("at-once", `${part}`, rows.slice(part * 20, part * 20 + 20));
    const label = rows.map(({ prediction_id: id }) => ({ prediction_id: id, label: true }));
    const left = rows.slice(0, 59).filter(({ customer }) => customer !== "c-4");
    const [, byId, bySubject, ...reads] = await Promise.all([
      settle("at-once"),
      erase("at-once", { prediction_ids: [String(rows[59].prediction_id)] }),
      erase("at-once", { subjects: ["c-4"] }),
      ask("POST", "/v1/models/at-once/labels", { batch_id: "l", rows: label }),
      archivedRows("at-once"),
    ]);
    expect([byId.body.rows, bySubject.body.rows]).toEqual([1, 10]);
    // A reader sees rows from before or from after each of them, never one twice or one that stays left out.
    const seen = ids(reads[1] as Row[]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids(left)));
    await ringAlarm("at-once");
    await settle("at-once");
    expect(ids(await archivedRows("at-once", "?labelled=true"))).toEqual(ids(left));
    const { objects } = await env.ROWS.list({ prefix: "main/at-once/" });
    for (const { key } of objects) {
      const text = new TextDecoder("latin1").decode(await (await env.ROWS.get(key))!.arrayBuffer());
      expect([key, text.includes("c-4")]).toEqual([key, false]);
    }
  });

  test("of a subject that has rows again finds them when it is asked for again", async () => {
    await createModel("returns", { archive: { subject: "customer" } });
    vi.useFakeTimers({ toFake: ["Date"] });
    await send("returns", "a", rows);
    expect(numbers((await erase("returns", { subjects: ["c-2"] })).body)).toEqual(["done", 10, 0, 1]);
    vi.setSystemTime(Date.now() + DAY_MS);
    const [row] = rows;
    await send("returns", "b", [{ ...row, prediction_id: "new", timestamp: Date.now(), customer: "c-2" }]);
    expect(ids(await archivedRows("returns"))).toContain("new");
    vi.setSystemTime(Date.now() + HOUR_MS);
    expect(numbers((await erase("returns", { subjects: ["c-2"] })).body)).toEqual(["done", 11, 0, 2]);
    expect(ids(await archivedRows("returns"))).not.toContain("new");
  });

  test("needs a declared subject, some value, and a model that archives", async () => {
    await createModel("no-archive");
    await createModel("no-subject", { archive: {} });
    const problems = [
      await erase("no-subject", { subjects: ["c-1"] }),
      await erase("no-subject", {}),
      await erase("no-archive", { prediction_ids: ["p"] }),
    ].map(({ body }) => (body as unknown as Problem).code);
    expect(problems).toEqual(["subject_not_declared", "invalid_body", "archive_off"]);
    const missing = await call<Problem>("GET", "/v1/models/no-subject/archive/erasures/er-0");
    expect(missing.body.code).toBe("erasure_not_found");
  });
});
