/** The bench's own promises, on small inputs and without a clock: whoever is timed computes what the kernel computes. */
import { describe, expect, it } from "vitest";
import { twin } from "#core/twin/twin.ts";
import { bars, judge } from "../../bench/bars.ts";
import { coldStart } from "../../bench/rows/cold-start.ts";
import { rows } from "../../bench/rows/all.ts";
import { fingerprint, isSameAnswer } from "../../bench/row.ts";
import { notes } from "../../bench/notes.ts";
import { residentKernel } from "../../bench/resident-kernel.ts";
import { compileKernelFile, nodeKernel } from "../../scripts/kernel-file.ts";

const all = [...rows, coldStart];
const kernel = nodeKernel();
const few = 5000;

describe.each(rows)("$name", (row) => {
  const task = row.task(Math.min(row.sizes[0].values, few));
  const expected = fingerprint(task.kernel(kernel));

  it("computes the same in the twin, in the kernel's own memory and in the peers", async () => {
    expect(isSameAnswer(fingerprint(task.kernel(twin)), expected)).toBe(true);
    const inPlace = residentKernel(compileKernelFile(), task.resident ?? []);
    for (let run = 0; run < 3; run++)
      expect(isSameAnswer(fingerprint(task.kernel(inPlace)), expected)).toBe(true);
    for (const peer of (await task.peers?.()) ?? [])
      if (peer.sameAnswer !== false)
        expect([peer.name, isSameAnswer(fingerprint(peer.run()), expected)]).toEqual([peer.name, true]);
  });

  it("has every rival that its bars name", async () => {
    const peers = (await task.peers?.()) ?? [];
    const rivals = [...peers, ...(row.c ?? []), ...(row.python ?? [])].map(({ name }) => name);
    expect(rivals).toEqual(expect.arrayContaining((bars[row.name] ?? []).map(({ rival }) => rival)));
  });
});

it("names every row once, and bars and notes only for rows", () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(bars).filter((name) => !names.includes(name))).toEqual([]);
  expect(Object.keys(notes).filter((name) => !names.includes(name))).toEqual([]);
});

it("counts a bar the way it is written, and a rival that is not there as not measured", () => {
  const times = new Map([["C", 100]]);
  expect(judge({ rival: "C", atMost: 1.3 }, 129, times)).toMatchObject({ value: 1.29, met: true });
  expect(judge({ rival: "C", atMost: 1.3 }, 131, times)).toMatchObject({ met: false });
  expect(judge({ rival: "C", atLeast: 2 }, 50, times)).toMatchObject({ value: 2, met: true });
  expect(judge({ rival: "C", atLeast: 2 }, 51, times)).toMatchObject({ met: false });
  expect(judge({ rival: "NumPy", atMost: 2 }, 51, times)).toMatchObject({ value: null, met: null });
});
