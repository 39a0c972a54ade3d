/** Steps in flight: a receiver with a watermark never sees a late row, whatever order the answers come in. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sendInFlight, type TimedStep } from "../../client/in-flight.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("steps in flight", () => {
  it("are never late, never too many, and are told of in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gap: fc.nat(20), length: fc.nat(30), turns: fc.nat(6) }), { maxLength: 25 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 6 }),
        async (given, latenessMs, most) => {
          let [atMs, newestMs, late, inFlight, mostSeen] = [0, -Infinity, 0, 0, 0];
          const through: number[] = [];
          const steps = given.map(({ gap, length, turns }): TimedStep => {
            const oldestMs = (atMs += gap);
            const step = { oldestMs, newestMs: oldestMs + length };
            return {
              ...step,
              async send() {
                mostSeen = Math.max(mostSeen, ++inFlight);
                for (let i = 0; i < turns; i++) await turn();
                // Taken now, in whatever order: late is what lies before the watermark.
                if (step.oldestMs < newestMs - latenessMs) late++;
                newestMs = Math.max(newestMs, step.newestMs);
                inFlight--;
              },
            };
          });
          await sendInFlight(steps, { latenessMs, most, onDone: (count) => void through.push(count) });
          // Rows before what came earlier in order are the sender's own disorder; here steps may overlap by their length.
          const disorder = given.some((_, i) =>
            steps.slice(0, i).some((before) => before.newestMs - latenessMs > steps[i].oldestMs),
          );
          if (!disorder) expect(late).toBe(0);
          expect(mostSeen).toBeLessThanOrEqual(most);
          expect(through).toEqual([...through].sort((a, b) => a - b));
          expect(through.at(-1) ?? 0).toBe(given.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("really are several at once where lateness allows", async () => {
    let [inFlight, most] = [0, 0];
    const steps = Array.from({ length: 8 }, (_, i) => ({
      ...{ oldestMs: i, newestMs: i },
      async send() {
        most = Math.max(most, ++inFlight);
        await turn();
        inFlight--;
      },
    }));
    await sendInFlight(steps, { latenessMs: 2, most: 8 });
    expect(most).toBe(3);
  });

  it("end with the first failure, after those on their way, and start no more", async () => {
    const sent: number[] = [];
    const through: number[] = [];
    const steps = Array.from({ length: 10 }, (_, i) => ({
      ...{ oldestMs: 0, newestMs: 0 },
      async send() {
        sent.push(i);
        await turn();
        if (i === 2) throw new Error("step 2");
        if (i === 3) await turn();
      },
    }));
    const onDone = (count: number): void => void through.push(count);
    await expect(sendInFlight(steps, { latenessMs: 0, most: 4, onDone })).rejects.toThrow("step 2");
    expect(sent.length).toBeLessThan(7);
    // Step 3 is done too, but the place before step 2 is all that may be kept.
    expect(Math.max(...through)).toBe(2);
  });
});
