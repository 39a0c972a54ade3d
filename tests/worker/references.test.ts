import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { ReferenceSummary } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Reference } from "#core/domain/reference.ts";
import { isPackedJson } from "#core/domain/wire.ts";
import type { ModelObject } from "../../worker/objects/model-object.ts";
import {
  ask,
  call,
  createModel,
  DAY_MS,
  HOUR_MS,
  makeRows,
  objectOf,
  pushReference,
  referenceDays,
  send,
  startMs,
} from "./model-scenario.ts";

const path = "/v1/models/anchored/references";

describe("a reference", () => {
  let id: string;
  beforeAll(async () => {
    id = await createModel("anchored");
  });

  test("is profiled on the server with its chunks, listed and read back", async () => {
    const { references } = await ask<{ references: ReferenceSummary[] }>("GET", path);
    expect(references.map((one) => [one.id, one.rows, one.features, one.chunks])).toEqual([
      [id, referenceDays * 150, 4, referenceDays],
    ]);
    const reference = await ask<Reference>("GET", `${path}/${id}`);
    expect([reference.id, reference.features.map(({ name }) => name)]).toEqual([
      id,
      ["amount", "channel", "score", "approved"],
    ]);
  });

  test("has one address for one content, and a forged address is refused", async () => {
    const profile = await ask<Reference>("GET", `${path}/${id}`);
    expect((await ask<ReferenceSummary>("POST", path, { profile })).id).toBe(id);
    const forged = await call<Problem>("POST", path, {
      profile: { ...profile, id: "ref-0123456789abcdef01234567" },
    });
    expect([forged.status, forged.body.code]).toEqual([422, "reference_invalid"]);
    const bent = structuredClone(profile);
    bent.features[0].counts[0] += 1;
    expect((await call<Problem>("POST", path, { profile: bent })).body.code).toBe("reference_invalid");
  });

  test("is stored packed, and one that an earlier build stored as text is read all the same", async () => {
    const object = await objectOf("anchored");
    const before = await object.reference(id);
    const text = "value" in before ? before.value : "";
    expect((JSON.parse(text) as Reference).id).toBe(id);
    await runInDurableObject(object, (_: ModelObject, { storage }) => {
      const where = "where kind = 'reference' and id = ?";
      const stored = storage.sql
        .exec<{ bytes: ArrayBuffer }>(`select bytes from document ${where}`, id)
        .one();
      expect(isPackedJson(new Uint8Array(stored.bytes))).toBe(true);
      storage.sql.exec(`update document set bytes = ? ${where}`, new TextEncoder().encode(text), id);
    });
    await abortAllDurableObjects();
    const again = await objectOf("anchored");
    expect(await again.reference(id)).toEqual(before);
    await send("anchored", "text", makeRows(3, 20, startMs + DAY_MS, HOUR_MS));
    expect(await again.detect()).toMatchObject({ value: { check: { referenceId: id } } });
  });

  test("of other features is refused", async () => {
    await ask("POST", "/v1/models", {
      id: "other",
      name: "Other",
      features: [{ name: "amount", type: "numeric" }],
    });
    const profile = await ask<Reference>("GET", `${path}/${id}`);
    const { status, body } = await call<Problem>("POST", "/v1/models/other/references", { profile });
    expect([status, body.code]).toEqual([422, "reference_mismatch"]);
    expect(body.issues?.map((issue) => issue.path)).toContain("features.channel");
  });

  test("is not made of rows of which some are bad, nor of none", async () => {
    const rows = [...makeRows(1, 100, startMs), { timestamp: startMs, amount: "much" }];
    for (const body of [{ rows }, { rows: [] }, { profile: { nonsense: true } }, { profile: null }])
      expect((await call<Problem>("POST", path, body)).body.code).toBe("reference_invalid");
  });
});

describe("an activation", () => {
  test("starts on a window boundary; another time is refused with the next one", async () => {
    const id = await createModel("bound");
    const from = startMs + HOUR_MS;
    const { status, body } = await call<Problem>("POST", `/v1/models/bound/references/${id}/activate`, {
      from,
    });
    expect([status, body.code]).toEqual([422, "activation_invalid"]);
    expect(body.detail).toContain(new Date(startMs + DAY_MS).toISOString());
    const iso = await call("POST", `/v1/models/bound/references/${id}/activate`, { from: "2026-13-01" });
    expect(iso.status).toBe(400);
    const midnight = { from: "2026-03-01T00:00:00Z" };
    expect((await call("POST", `/v1/models/bound/references/${id}/activate`, midnight)).status).toBe(200);
  });

  test("of a reference that is not there is a 404", async () => {
    const reply = await call<Problem>("POST", `${path}/ref-nobody/activate`, { from: startMs });
    expect([reply.status, reply.body.code]).toEqual([404, "reference_not_found"]);
  });

  test("changes nothing that is counted: it is refused with the first time that works", async () => {
    await createModel("counted");
    await send("counted", "a", makeRows(1, 20, startMs + DAY_MS, HOUR_MS));
    const second = await pushReference("counted", 2);
    const activate = `/v1/models/counted/references/${second}/activate`;
    const refused = await call<Problem>("POST", activate, { from: startMs });
    expect([refused.status, refused.body.code]).toEqual([422, "activation_invalid"]);
    expect(refused.body.detail).toContain(String(startMs + 2 * DAY_MS));
    const { activations } = await ask<{ activations: unknown[] }>("POST", activate, {
      from: startMs + 2 * DAY_MS,
    });
    expect(activations.length).toBe(2);
    const again = await ask<{ activations: unknown[] }>("POST", activate, { from: startMs + 2 * DAY_MS });
    expect(again.activations).toEqual(activations);
  });
});

describe("a cursor", () => {
  test("keeps where a sender resumes", async () => {
    const cursor = "/v1/models/anchored/cursors/replay";
    expect((await call<Problem>("GET", cursor)).body.code).toBe("cursor_not_found");
    await ask("PUT", cursor, { position: "2001-02-03T04" });
    await ask("PUT", cursor, { position: "2001-02-03T05" });
    expect(await ask("GET", cursor)).toEqual({ name: "replay", position: "2001-02-03T05" });
  });
});
