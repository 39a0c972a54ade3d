/**
 * The kernel against its twin, round by round in this process: a kernel that has lost its algorithm or its vectors is
 * seen. Nothing is timed absolutely; margins are a third or less of what an idle machine shows (docs/performance.md),
 * the best of several rounds counts, and a pair that misses is measured again, so that other work on the machine is not.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { inRoot } from "../../scripts/paths.ts";
import { kernel } from "./kernels.ts";
import { bellValues, seededCounts } from "./seeded.ts";

const values = bellValues(32_768, 1);
const others = bellValues(32_768, 7);
const edges = values.toSorted().filter((_, i) => i > 0 && i % 512 === 0);
const [a, c] = [seededCounts(120, 900, 3), seededCounts(120, 90, 4)];
const many = [seededCounts(3200, 900, 5), seededCounts(3200, 90, 6)];
const offsets = Int32Array.from({ length: 101 }, (_, feature) => 32 * feature);
const half = { kind: "add", amount: 0.5 } as const;
const sketches = [bellValues(20_000, 5), bellValues(20_000, 6)].map((each) => twin.sketchUpdate(each, 5));

const columns = Array.from({ length: 16 }, (_, i) => values.subarray(2048 * i, 2048 * (i + 1)));
const counters = new Map<Kernel, ReturnType<Kernel["columnCounter"]>>();
/** Kept from round to round, as a folder keeps it. */
function countersOf(kernel: Kernel): ReturnType<Kernel["columnCounter"]> {
  const known = counters.get(kernel);
  if (known) return known;
  const slots = edges.length + 5;
  const made = kernel.columnCounter(
    columns.map((_, i) => ({ kind: "edges" as const, borders: edges, offset: slots * i })),
    slots * columns.length,
  );
  counters.set(kernel, made);
  return made;
}

/** How many times the twin's speed the kernel has at least, and runs a round where one is too short to time. */
const pairs: [name: string, atLeast: number, runs: number, work: (kernel: Kernel) => unknown][] = [
  ["countEdges", 10, 1, (kernel) => kernel.countEdges(values, edges)],
  ["columnCounter", 8, 1, (kernel) => countersOf(kernel)(columns)],
  ["countEqualWidth", 8, 1, (kernel) => kernel.countEqualWidth(values, -6, 6, 64)],
  ["moments", 10, 1, (kernel) => kernel.moments(values)],
  ["sortFinite", 3, 1, (kernel) => kernel.sortFinite(values)],
  ["ksUnsorted", 10, 1, (kernel) => kernel.ksUnsorted(values, others)],
  ["sketchUpdate", 6, 1, (kernel) => kernel.sketchUpdate(values, 5)],
  ["sketchMerge", 8, 20, (kernel) => kernel.sketchMerge(sketches[0], sketches[1])],
  ["psi", 4, 100, (kernel) => kernel.psi(a, c, half)],
  ["divergences", 2.5, 100, (kernel) => kernel.divergences(a, c)],
  ["modelDivergences", 5, 2, (kernel) => kernel.modelDivergences(many[0], many[1], offsets, half)],
  ["adCells", 5, 100, (kernel) => kernel.adCells(a, c)],
];

it.each(pairs)("%s is at least %s times as fast as the twin", (_name, atLeast, runs, work) => {
  let best = 0;
  for (let attempt = 0; attempt < 5 && best < atLeast; attempt++)
    best = Math.max(best, timesAsFast(runs, work));
  expect(best).toBeGreaterThanOrEqual(atLeast);
});

function timesAsFast(runs: number, work: (kernel: Kernel) => unknown): number {
  const least = { wasm: Infinity, twin: Infinity };
  for (let round = 0; round < 9; round++)
    for (const each of [kernel, twin]) {
      const startedMs = performance.now();
      for (let run = 0; run < runs; run++) work(each);
      least[each.name] = Math.min(least[each.name], performance.now() - startedMs);
    }
  return least.twin / least.wasm;
}

/** Where the kernel computes with vectors: without them these would still beat the twin, and no clock here would tell. */
const vectorised = [
  "counting/edge-cells",
  "counting/equal-width",
  "counting/moments",
  "cells/psi",
  "cells/divergences",
  "cells/ks",
  "cells/anderson-darling",
  "json/number",
  "samples/even-grid",
  "sketch/float-bits",
];

it.each(vectorised)("assembly/%s is compiled to vector instructions", (file) => {
  const functions = readFileSync(inRoot("core-as", "build", "kernel.wat"), "utf8").split("\n (func ");
  const own = functions
    .filter((text) => /^\$"?core-as\/assembly\/([\w/-]+)\//.exec(text)?.[1] === file)
    .join("");
  expect(own.match(/\b(?:[fi]\d+x\d+|v128)\./g)?.length ?? 0).toBeGreaterThanOrEqual(16);
});
