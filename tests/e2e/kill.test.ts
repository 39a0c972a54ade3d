import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureWindows, Receipt } from "#core/domain/api.ts";
import {
  caller,
  createMonitoredModel,
  DAY_MS,
  dayColumns,
  eventually,
  firstDayMs,
  referenceDays,
  temporaryPlatform,
} from "./scenario.ts";

/** Batches of one day, cut into `parts` by rows, each under an id of its own. */
function batchesOf(day: number, parts: number): { batch_id: string; columns: Record<string, unknown[]> }[] {
  const whole = dayColumns({ day, rows: parts * 20 });
  return Array.from({ length: parts }, (_, part) => ({
    batch_id: `day-${day}-part-${part}`,
    columns: Object.fromEntries(
      Object.entries(whole).map(([name, values]) => [name, values.slice(part * 20, (part + 1) * 20)]),
    ),
  }));
}

describe("the platform's process group killed while rows stream in", () => {
  let temporary: Awaited<ReturnType<typeof temporaryPlatform>>;
  beforeAll(async () => {
    temporary = await temporaryPlatform();
  });
  afterAll(() => temporary.dispose());

  it("loses and doubles nothing that it acknowledged", async () => {
    const days = [referenceDays, referenceDays + 1, referenceDays + 2];
    const queue = days.flatMap((day) => batchesOf(day, 40));
    const acknowledged = new Map<string, Receipt>();
    let platform = await temporary.start();
    await createMonitoredModel(caller(platform), "killed");

    for (const killAfter of [30, 75, Infinity]) {
      const call = caller(platform);
      // Everything is sent again from the start, as a sender without a memory would.
      const sending = (async () => {
        for (const batch of queue) {
          const { body } = await call<Receipt>("POST", "/v1/models/killed/predictions", batch);
          const first = acknowledged.get(batch.batch_id);
          if (first) expect(body).toEqual(first);
          acknowledged.set(batch.batch_id, body);
          if (acknowledged.size >= killAfter) return;
        }
      })();
      if (killAfter === Infinity) {
        await sending;
        break;
      }
      await eventually(60, "enough batches", async () => (acknowledged.size >= killAfter ? true : null));
      await platform.kill();
      await sending.catch(() => undefined); // a request cut off by the kill was not acknowledged
      platform = await temporary.start();
    }

    expect(acknowledged.size).toBe(queue.length);
    const from = firstDayMs + referenceDays * DAY_MS;
    const windows = await eventually(60, "all rows in the windows", async () => {
      const path = `/v1/models/killed/windows?feature=channel&from=${from}&to=${from + 3 * DAY_MS}`;
      const { body } = await caller(platform)<FeatureWindows>("GET", path);
      const rows = body.windows.reduce((sum, window) => sum + window.rows, 0);
      return rows >= queue.length * 20 ? body.windows : null;
    });
    expect(windows.map(({ rows }) => rows)).toEqual([800, 800, 800]);
    for (const [index, window] of windows.entries()) {
      const channels = dayColumns({ day: days[index], rows: 800 }).channel;
      const expected = ["app", "desk", "web"].map(
        (name) => channels.filter((value) => value === name).length,
      );
      expect([...window.counts.slice(0, 3)].sort()).toEqual(expected.sort());
    }
  });
});
