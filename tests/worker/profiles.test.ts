import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { FeatureWindows, Receipt } from "#core/domain/api.ts";
import type { Problem } from "#core/domain/errors.ts";
import type { Feature } from "#core/domain/model.ts";
import { Reference } from "#core/domain/reference.ts";
import { createFolder } from "#core/domain/window.ts";
import { writeCounts, writeDelta } from "#core/domain/wire.ts";
import { parsePredictionRows } from "#core/formats/json-rows.ts";
import { profileType, writeProfile } from "#core/formats/profile.ts";
import { theKernel } from "../../worker/kernel.ts";
import { post } from "./body-forms.ts";
import {
  activateNewReference,
  ask,
  call,
  createModel,
  DAY_MS,
  features,
  HOUR_MS,
  makeRows,
  ringAlarm,
  type Row,
  startMs,
} from "./model-scenario.ts";

const path = (id: string): string => `/v1/models/${id}/profiles`;
const rows = makeRows(41, 240, startMs, DAY_MS);

interface Pane {
  start: number;
  rows: number;
  counts: number[];
}

/** What an SDK does: rows into panes of an hour, counted in the reference's cells. */
function panesOf(reference: Reference, given: readonly Row[]): Pane[] {
  const folder = createFolder(theKernel(), reference);
  const parsed = parsePredictionRows(
    features as Feature[],
    { rows: [...given] },
    { nowMs: Infinity, oldestMs: 0 },
  );
  const hourOf = (row: number): number => Math.floor(parsed.columns.timesMs![row] / HOUR_MS) * HOUR_MS;
  const panes = Map.groupBy(parsed.columns.timesMs!.keys(), hourOf);
  return Array.from(panes, ([start, ofPane]) => ({
    start,
    rows: ofPane.length,
    counts: Array.from(folder.fold(parsed.columns, Int32Array.from(ofPane))),
  }));
}

const referenceOf = async (model: string, id: string): Promise<Reference> =>
  Reference.parse(await ask("GET", `/v1/models/${model}/references/${id}`));

async function windowsOf(id: string): Promise<unknown> {
  await ringAlarm(id);
  const range = `from=${startMs}&to=${startMs + DAY_MS}`;
  return Promise.all(
    features.map(async ({ name }) =>
      ask<FeatureWindows>("GET", `/v1/models/${id}/windows?feature=${name}&${range}`),
    ),
  );
}

describe("a profile", () => {
  let id: string;
  let panes: Pane[];
  beforeAll(async () => {
    id = await createModel("counted");
    for (const model of ["counted-rows", "counted-bytes", "refusing"]) await createModel(model);
    panes = panesOf(await referenceOf("counted", id), rows);
  });

  test("counts like the rows it was made of, as JSON and as bytes, once", async () => {
    await ask("POST", "/v1/models/counted-rows/predictions", { rows });
    const body = { batch_id: "p-1", reference: id, panes };
    const receipt = await ask<Receipt>("POST", path("counted"), body);
    expect(receipt).toMatchObject({ batchId: "p-1", deduplicated: true, accepted: 240, rejected: 0 });
    expect(await ask("POST", path("counted"), body)).toEqual(receipt);
    const bytes = writeProfile(
      panes.map(({ start, rows, counts }) => ({
        ...{ startMs: start, referenceId: id, segment: "", rows },
        counts: Float64Array.from(counts),
      })),
    );
    const sent = await post<Receipt>("counted-bytes/profiles", profileType, bytes, {
      "idempotency-key": "p-1",
    });
    expect([sent.status, sent.body]).toEqual([200, receipt]);
    const expected = await windowsOf("counted-rows");
    expect(await windowsOf("counted")).toEqual(expected);
    expect(await windowsOf("counted-bytes")).toEqual(expected);
    // Folded, and still known.
    expect(await ask("POST", path("counted"), body)).toEqual(receipt);
  });

  test("in the cells of a reference that is not in force is stale", async () => {
    await createModel("switched");
    const next = await activateNewReference("switched", startMs + DAY_MS, 2);
    for (const [reference, start, status, code] of [
      [id, startMs, 200, undefined],
      [id, startMs + DAY_MS, 409, "stale_reference"],
      [next, startMs, 409, "stale_reference"],
      [id, startMs - DAY_MS, 409, "stale_reference"],
      ["ref-000000000000000000000000", startMs, 404, "reference_not_found"],
    ] as const) {
      const [pane] = panes;
      const reply = await call<Problem>("POST", path("switched"), { reference, panes: [{ ...pane, start }] });
      expect([reply.status, reply.body.code]).toEqual([status, code]);
      if (code === "stale_reference") expect(reply.body.detail).toMatch(/in force/);
    }
  });

  test.each<[string, (pane: Pane) => object, number, string]>([
    ["no panes", () => ({ panes: [] }), 422, "no_valid_rows"],
    [
      "a fraction of a row",
      (pane) => ({ counts: pane.counts.map((count, slot) => (slot === 0 ? count + 0.5 : count)) }),
      422,
      "profile_invalid",
    ],
    [
      "fewer than no rows",
      (pane) => ({ counts: pane.counts.map((count, slot) => (slot < 2 ? count + (slot ? 9 : -9) : count)) }),
      422,
      "profile_invalid",
    ],
    ["a row too many", (pane) => ({ rows: pane.rows + 1 }), 422, "profile_invalid"],
    ["a count too many", (pane) => ({ counts: [...pane.counts, 0] }), 422, "profile_invalid"],
    ["no rows", (pane) => ({ rows: 0, counts: pane.counts.map(() => 0) }), 422, "profile_invalid"],
    ["a pane between panes", (pane) => ({ start: pane.start + 60_000 }), 422, "profile_invalid"],
    [
      "a pane to come",
      () => ({ start: Math.ceil(Date.now() / HOUR_MS + 1) * HOUR_MS }),
      422,
      "profile_invalid",
    ],
    ["a newest row elsewhere", (pane) => ({ newest: pane.start + HOUR_MS }), 422, "profile_invalid"],
    ["a segment that there is not", () => ({ segment: "region=emea" }), 422, "profile_invalid"],
    ["no time", () => ({ start: "yesterday" }), 400, "invalid_body"],
  ])("with %s is refused as a whole", async (_what, change, status, code) => {
    const changed = change(panes[0]);
    const body = {
      reference: id,
      panes: [panes[1], { ...panes[0], ...changed }],
      ...("panes" in changed ? changed : {}),
    };
    const reply = await call<Problem>("POST", path("refusing"), body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect((await ask<{ rows: number }>("GET", "/v1/models/refusing")).rows).toBe(0);
  });

  test("of segments is counted in theirs, and they have no more rows than all", async () => {
    const cut = { name: "channel", field: "channel", values: ["web"] };
    await ask("POST", "/v1/models", {
      id: "cut",
      name: "Cut",
      clock: "replay",
      basePaneMs: HOUR_MS,
      features,
      segments: [cut],
    });
    const known = makeRows(2, 600, startMs - 28 * DAY_MS, 28 * DAY_MS);
    const made = await ask<{ id: string }>("POST", "/v1/models/cut/references", { rows: known });
    await ask("POST", `/v1/models/cut/references/${made.id}/activate`, { from: startMs });
    const reference = await referenceOf("cut", made.id);
    const own = await referenceOf("cut", reference.segments["channel=web"]);
    const all = panesOf(reference, rows);
    const web = panesOf(
      own,
      rows.filter(({ channel }) => channel === "web"),
    ).map((pane) => ({ ...pane, segment: "channel=web", reference: own.id }));
    const receipt = await ask<Receipt>("POST", path("cut"), { reference: made.id, panes: [...all, ...web] });
    expect(receipt.accepted).toBe(240);
    const refused = await call<Problem>("POST", path("cut"), { reference: made.id, panes: web });
    expect([refused.status, refused.body.code]).toEqual([422, "profile_invalid"]);
  });

  test("of any bytes is a problem or counted, never a fault of ours", async () => {
    const good = writeProfile([
      {
        startMs: startMs,
        referenceId: id,
        segment: "",
        rows: panes[0].rows,
        counts: Float64Array.from(panes[0].counts),
      },
    ]);
    let accepted = 0;
    const send = async (body: Uint8Array<ArrayBuffer>): Promise<void> => {
      const { status, body: reply } = await post<Receipt>("refusing/profiles", profileType, body);
      expect([200, 404, 409, 422]).toContain(status);
      if (status === 200) accepted += reply.accepted;
    };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (body) =>
        send(body as Uint8Array<ArrayBuffer>),
      ),
      { numRuns: 50 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, byte) =>
        send(good.map((old, index) => (index === at ? byte : old))),
      ),
      { numRuns: 300 },
    );
    const withLog = writeDelta([
      {
        paneStartMs: startMs,
        referenceId: id,
        segment: "",
        rows: panes[0].rows,
        counts: writeCounts(Float64Array.from(panes[0].counts)),
        log: new Uint8Array(3),
        quality: "",
      },
    ]);
    expect((await post("refusing/profiles", profileType, withLog)).status).toBe(422);
    await ringAlarm("refusing");
    expect((await ask<{ rows: number }>("GET", "/v1/models/refusing")).rows).toBe(accepted);
  });
});
