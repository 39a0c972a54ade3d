/** What a check says of the quality of a window's data as a whole: what came, and what of it was refused. */
import { describe, expect, test } from "vitest";
import { verifyCheck } from "#core/compare/verify.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import { Policy } from "#core/domain/policy.ts";
import type { QualityKind } from "#core/domain/quality.ts";
import { type QualityEvidence, sinceTraffic } from "#core/domain/quality-evidence.ts";
import { createFolder } from "#core/domain/window.ts";
import { check, evidenceOf, features, found, type Past, quiet, world } from "./quality-scenario.ts";
import { Draws, kernel, mostAllowed, sha256 } from "./synthetic.ts";

describe("a window as a whole", () => {
  test("is not tested where nothing is known but counts", () => {
    const alone = check(undefined);
    expect(alone.quality).toEqual([]);
    const known = check(evidenceOf({}));
    expect(known.quality.map(({ kind, status }) => [kind, status])).toEqual([
      ["volume", "ok"],
      ["silence", "ok"],
    ]);
    expect(known.status).toBe("ok");
    expect(known.family.size).toBe(alone.family.size + 2);
    expect(known.features.map(({ verdict }) => verdict.status)).toEqual(["ok", "ok", "ok"]);
  });

  test("with half the rows is drift by volume, and says so in a sentence", () => {
    const half = check(evidenceOf({ rows: 480 }), world(new Draws(2), 480));
    expect(half).toMatchObject({ status: "drift", worst: null });
    expect(half.reason).toMatch(/^480 rows came; (9\d\d|1,0\d\d) \(.*\) come in windows like this\.$/);
    expect(found(half, "volume")).toMatchObject({
      value: 480,
      unit: "rows",
      status: "drift",
      gate: { drift: 0.4 },
    });
  });

  test("without comparable windows is insufficient by volume, and alarms for nothing", () => {
    const first = check(evidenceOf({ rows: 3, duplicates: 3, empty: 10 }, { days: 0 }));
    expect(first.quality.map(({ kind, status, pValue }) => [kind, status, pValue])).toEqual([
      ["volume", "insufficient", null],
      ["silence", "insufficient", null],
      ["duplicates", "insufficient", null],
      ["empty_batches", "insufficient", null],
    ]);
    expect(first.status).toBe("ok");
    expect(first.family.size).toBe(check(undefined).family.size);
  });

  test("without rows is silent: insufficient features, and a verdict all the same", () => {
    const empty = check(
      evidenceOf({ rows: 0, received: 0, batches: 0 }, { silentMs: DAY_MS }),
      world(new Draws(2), 0),
    );
    expect(empty.features.map(({ verdict }) => verdict.status)).toEqual([
      "insufficient",
      "insufficient",
      "insufficient",
    ]);
    expect(empty.quality.map(({ kind, status }) => [kind, status])).toEqual([["silence", "drift"]]);
    expect(empty.status).toBe("drift");
    expect(empty.reason).toMatch(/^No rows came; (1,\d\d\d|9\d\d) come in windows like this\.$/);
  });

  test("knows what is usual from the first rows on, however long it was waited for them", () => {
    const silent = evidenceOf({ rows: 0, received: 0, batches: 0 }, { silentMs: DAY_MS });
    const past = silent.past.map((window) => (window.back > 40 ? { ...window, rows: 0 } : window));
    const waited = check({ ...silent, past: sinceTraffic(past, 7) }, world(new Draws(2), 0));
    expect(waited.status).toBe("drift");
    expect(waited.reason).toMatch(/^No rows came; (1,0\d\d|9\d\d) come in windows like this\.$/);
    const rowsOf = (counts: number[]) => sinceTraffic(counts.map((rows) => ({ rows })), 2).map(({ rows }) => rows); // prettier-ignore
    // A silence that lasts stays, a short one too; nothing from before a rest of two seasons does.
    expect(rowsOf([0, 0, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0])).toEqual([0, 0, 0, 0, 0, 9, 0, 0, 0, 8]);
    expect(rowsOf([9, 0, 0, 0, 0, 8])).toEqual([9]);
    expect(rowsOf([0, 0])).toEqual([]);
  });

  test("of a replay is never silent", () => {
    const quality = evidenceOf({ rows: 0, received: 0, batches: 0 }, { silentMs: DAY_MS, clock: "replay" });
    const empty = check(quality, world(new Draws(2), 0));
    expect(empty).toMatchObject({ status: "insufficient", quality: [] });
  });

  test("whose rows stop long before its end is silent, unless they usually do", () => {
    const quality = evidenceOf({ rows: 700 }, { silentMs: 8 * HOUR_MS });
    const tails = (rows: number) => ({
      ...quality,
      past: quality.past.map((window) => ({ ...window, tailRows: rows })),
    });
    const stopped = check(tails(300), world(new Draws(2), 700));
    expect(found(stopped, "silence")).toMatchObject({ status: "drift", value: 8 * HOUR_MS, unit: "ms" });
    expect(found(stopped, "silence")?.reason).toMatch(
      /^Nothing came in the last 8 hours of the window, which usually have 300/,
    );
    expect(found(check(tails(0), world(new Draws(2), 700)), "silence")).toMatchObject({ status: "ok" });
    // Half an hour's rows: certain, but hardly worth a person's night.
    expect(found(check(tails(15)), "silence")?.status).toBe("ok");
  });

  test.each<[QualityKind, Past, Past, string]>([
    ["duplicates", { duplicates: 80 }, { duplicates: 5 }, "drift"],
    ["duplicates", { duplicates: 30 }, { duplicates: 5 }, "warning"],
    ["duplicates", { duplicates: 6 }, { duplicates: 5 }, "ok"],
    ["duplicates", {}, { duplicates: 5 }, "ok"],
    ["refused", { received: 1020, rejected: { timestamp_invalid: 20 } }, {}, "drift"],
    ["refused", { received: 1007, rejected: { timestamp_invalid: 7 } }, {}, "warning"],
    [
      "refused",
      { received: 1020, rejected: { timestamp_invalid: 20 } },
      { received: 1020, rejected: { type_mismatch: 20 } },
      "ok",
    ],
    ["empty_batches", { batches: 20, empty: 10 }, {}, "drift"],
    ["empty_batches", { batches: 20, empty: 10 }, { batches: 20, empty: 10 }, "ok"],
  ])("%s: %j after %j is %s", (kind, told, past, status) => {
    const one = check(evidenceOf(told, { past }));
    expect(found(one, kind)).toMatchObject({ status, unit: "share" });
    expect(one.status).toBe(status);
  });

  test("leaves out what never happened, which could not be found to have changed", () => {
    expect(check(evidenceOf({})).quality.map(({ kind }) => kind)).toEqual(["volume", "silence"]);
  });

  test("says when the sender's rows have a new field, once", () => {
    const unknown = { shelf: 10, always: 10, rare: 1 };
    const before = { always: { batches: 560, most: 1 }, rare: { batches: 8, most: 0.1 } };
    const fresh = check(evidenceOf({ unknown }, { fields: { shelf: { batches: 0, most: 0 }, ...before } }));
    expect(fresh.quality.filter(({ kind }) => kind === "schema")).toMatchObject([
      { subject: "shelf", change: "added", value: 1, status: "drift" },
    ]);
    expect(fresh.reason).toBe(
      'The field "shelf", which the model does not know, is new: it is in 100 % of the batches.',
    );
    const next = check(evidenceOf({ unknown }, { fields: { shelf: { batches: 10, most: 1 }, ...before } }));
    expect(next).toMatchObject({ status: "ok" });
    expect(found(next, "schema")).toBeUndefined();
  });

  test("names a feature that no longer comes, or comes as another type, and counts it once", () => {
    const gone = world(new Draws(2), 1000);
    gone.columns.delete("amount");
    const removed = check(evidenceOf({}), gone);
    expect(found(removed, "schema")).toMatchObject({ subject: "amount", change: "removed", status: "drift" });
    expect(removed.reason).toBe("Drift in amount, the fields that come.");
    const without = check(undefined, gone);
    expect(removed.family.size).toBe(without.family.size + 2);
    const retyped = check(
      evidenceOf(
        { rows: 0, received: 1000, empty: 10, rejected: { type_mismatch: 1000 }, mismatched: { flag: 1000 } },
        { silentMs: DAY_MS },
      ),
      world(new Draws(2), 0),
    );
    expect(found(retyped, "schema")).toMatchObject({ subject: "flag", change: "retyped", status: "drift" });
    // Of an open window, and of a handful of rows, nothing is said yet.
    for (const unsure of [{ complete: false }, { policy: Policy.parse({ minimumRows: 2000 }) }]) {
      const one = check(evidenceOf({}), gone, unsure);
      expect(one.status).toBe("insufficient");
      expect(found(one, "schema")).toMatchObject({ change: "removed", status: "insufficient" });
    }
    const flag = retyped.features[2];
    expect(flag.verdict).toMatchObject({ status: "drift", kind: "type_mismatch" });
    expect(flag.verdict.reason).toBe(
      "flag was of another type in 100 % of the rows that came; they are refused.",
    );
  });

  test("is insufficient while it is open", () => {
    const open = check(evidenceOf({ rows: 100 }), world(new Draws(2), 100), { complete: false });
    expect(open.status).toBe("insufficient");
    expect(new Set(open.quality.map(({ status }) => status))).toEqual(new Set(["insufficient"]));
  });

  test("is shown and not heard where a kind is muted, and judged by a person's gates", () => {
    const half = evidenceOf({ rows: 480 });
    const muted = check(half, world(new Draws(2), 480), { policy: { quality: { muted: ["volume"] } } });
    expect(muted.status).toBe("ok");
    expect(found(muted, "volume")?.pValue).toBeLessThan(1e-4);
    expect(muted.family.size).toBe(check(half).family.size - 1);
    const gates = { volume: { warning: 0.6, drift: 0.9 } };
    expect(check(half, world(new Draws(2), 480), { policy: { quality: { gates } } }).status).toBe("ok");
  });

  test("says less of a segment, whose refusals nobody counts", () => {
    const segment = check(evidenceOf(null));
    expect(segment.quality.map(({ kind }) => kind)).toEqual(["volume", "silence"]);
  });
});

describe("quality", () => {
  test("is computed again bit for bit from what is kept with the check, and nothing of it can be changed unseen", async () => {
    const quality = evidenceOf(
      {
        rows: 470,
        duplicates: 40,
        unknown: { shelf: 10 },
        received: 500,
        rejected: { type_mismatch: 30 },
        mismatched: { amount: 30 },
      },
      { fields: { shelf: { batches: 0, most: 0 } }, silentMs: HOUR_MS },
    );
    const columns = world(new Draws(2), 470);
    const one = check(quality, columns);
    const counts = [...createFolder(kernel, quiet).fold(columns)];
    const { level } = one.family;
    const given = { check: one, counts, reference: quiet, policy: Policy.parse({}), features, level };
    const kept = JSON.parse(JSON.stringify(quality)) as QualityEvidence;
    expect((await verifyCheck(kernel, { ...given, quality: kept }, sha256)).same).toBe(true);
    const differing = async (change: (evidence: QualityEvidence) => void): Promise<string[]> => {
      const other = structuredClone(kept);
      change(other);
      const { steps } = await verifyCheck(kernel, { ...given, quality: other }, sha256);
      return steps.filter(({ same }) => !same).map(({ what }) => what);
    };
    expect(await differing((evidence) => (evidence.past[6].rows = 5000))).toContain(
      "volume: p between windows",
    );
    expect(await differing((evidence) => (evidence.rows = 471))).toContain("volume: value in rows");
    expect(await differing((evidence) => (evidence.told!.duplicates = 0))).toContain(
      "duplicates: value in share",
    );
    expect(await differing((evidence) => (evidence.told!.mismatched.amount = 29))).toContain(
      "type_mismatch: statistic",
    );
    expect((await verifyCheck(kernel, given, sha256)).same).toBe(false);
  });

  test("of windows without change raises no more alarms than promised", () => {
    const draws = new Draws(21);
    let [drift, warning] = [0, 0];
    const windows = 150;
    for (let window = 0; window < windows; window++) {
      const rows = Math.round(1000 * Math.exp(0.05 * draws.normal()));
      const few = (of: number, share: number): number =>
        Array.from({ length: of }, () => (draws.uniform() < share ? 1 : 0)).reduce(
          (sum: number, one) => sum + one,
          0,
        );
      const told = (): Past => ({
        duplicates: few(1000, 0.003),
        received: 1000,
        rejected: { timestamp_invalid: few(1000, 0.002) },
        empty: few(10, 0.02),
      });
      const evidence = evidenceOf({ rows, ...told(), received: rows });
      evidence.past = evidence.past.map((past) => ({
        ...past,
        ...{ duplicates: few(1000, 0.003), refused: few(1000, 0.002), empty: few(10, 0.02) },
      }));
      const { status } = check(evidence, world(draws, rows), { window });
      if (status === "drift") drift++;
      if (status === "warning") warning++;
    }
    expect(drift).toBeLessThanOrEqual(mostAllowed(windows, 1 / 300));
    expect(drift + warning).toBeLessThanOrEqual(mostAllowed(windows, 1 / 30));
  });
});
