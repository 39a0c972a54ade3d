/** One row at one size: inputs to files, contenders in turn, everybody's answer compared, and what came of it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { bars, judge, type Verdict } from "./bars.ts";
import { type Contender, here, interleaved, type Timing } from "./measure.ts";
import { residentKernel } from "./resident-kernel.ts";
import type { ChildRival } from "./rivals/child.ts";
import { versionOf } from "./rivals/packages.ts";
import {
  type Answer,
  type ChildPeer,
  fingerprint,
  isSameAnswer,
  type Peer,
  type Row,
  type Size,
} from "./row.ts";

export interface PeerResult {
  name: string;
  version: string;
  nsPerValue: number;
  /** Our time over the peer's. */
  ratio: number;
}

export interface Result {
  name: string;
  title: string;
  engine: string;
  /** Values a run. */
  size: number;
  unit: Row["unit"];
  nsPerValue: number;
  /** Over the median, of the tenth and the ninetieth sample in a hundred. */
  spread: { p10: number; p90: number };
  rounds: number;
  ratioToTwin: number | null;
  ratioToC: number | null;
  /** The same without the copy into the kernel's memory. */
  inPlace?: { nsPerValue: number; ratioToC: number | null };
  peers: PeerResult[];
  bars: Verdict[];
}

/** A process of rivals, and what it is. */
export interface Child {
  rival: ChildRival;
  versionOf: (peer: string) => string;
}

/** The kernel elsewhere: in workerd, in a browser. */
export interface Engine {
  name: string;
  contenders: (row: Row, size: Size) => Promise<{ kernel: Contender; twin: Contender }>;
}

export interface Bench {
  module: WebAssembly.Module;
  kernel: Kernel;
  folder: string;
  c: Child | null;
  /** The same program without the machine's wide vectors. */
  narrowC: Child | null;
  python: Child | null;
  /** NumPy without the instruction sets that it chooses at run time. */
  plainPython: Child | null;
  engines: Engine[];
  rounds: number;
  /** Hears of what is odd. */
  warn: (text: string) => void;
}

const [ours, ourTwin, ourInPlace] = ["kernel", "twin", "kernel in place"];

export async function runRow(bench: Bench, row: Row, size: Size): Promise<Result[]> {
  const task = row.task(size.values);
  const name = size.label ? `${row.name}@${size.label}` : row.name;
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  for (const [file, values] of Object.entries(task.inputs)) writeFileSync(join(folder, file), values);

  const expected = fingerprint(task.kernel(bench.kernel));
  const check = (who: string, answer: Answer): void => {
    if (!isSameAnswer(fingerprint(answer), expected)) bench.warn(`${name}: ${who} computes something else`);
  };
  const contenders: Contender[] = [here(ours, () => task.kernel(bench.kernel))];
  if (!task.noTwin) {
    contenders.push(here(ourTwin, () => task.kernel(twin)));
    check(ourTwin, task.kernel(twin));
  }
  if (task.resident) {
    const inPlace = residentKernel(bench.module, task.resident);
    contenders.push(here(ourInPlace, () => task.kernel(inPlace)));
    task.kernel(inPlace);
    check(ourInPlace, task.kernel(inPlace));
  }

  const versions = new Map<string, string>();
  for (const peer of (await task.peers?.()) ?? []) {
    versions.set(peer.name, versionOfPeer(peer));
    contenders.push(here(peer.name, peer.run));
    const answer = peer.run();
    if (peer.sameAnswer !== false) check(peer.name, answer);
  }
  for (const [child, peers] of [
    [bench.c, row.c],
    [bench.narrowC, row.c?.map((peer) => ({ ...peer, name: `${peer.name}, 128 bits` }))],
    [bench.python, row.python],
    [bench.plainPython, row.plainPython],
  ] as [Child | null, ChildPeer[] | undefined][])
    for (const peer of (child && peers) ?? [])
      try {
        if (child === null) continue;
        await child.rival.load(peer.task, folder);
        const answer = await child.rival.answer();
        if (peer.sameAnswer !== false) check(peer.name, answer);
        contenders.push(child.rival.contender(peer.name, peer.task, folder));
        versions.set(peer.name, child.versionOf(peer.name));
      } catch (error) {
        bench.warn(
          `${name}: ${peer.name} did not run: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
  const elsewhere: { engine: string; kernel: Contender; twin: Contender }[] = [];
  if (row.engines && !size.label)
    for (const engine of bench.engines)
      elsewhere.push({ engine: engine.name, ...(await engine.contenders(row, size)) });
  contenders.push(...elsewhere.flatMap((each) => [each.kernel, each.twin]));

  const timings = await interleaved(contenders, bench.rounds);
  const times = new Map([...timings].map(([who, { median }]) => [who, median]));
  const libC = row.c?.[0].name ?? "";
  const common = { name, title: row.title, size: task.values, unit: row.unit };
  const resultOf = (
    engine: string,
    timing: Timing,
    other: number | undefined,
  ): Omit<Result, "peers" | "bars"> => ({
    ...common,
    engine,
    nsPerValue: timing.median / task.values,
    spread: { p10: timing.p10 / timing.median, p90: timing.p90 / timing.median },
    rounds: timing.rounds,
    ratioToTwin: ratio(timing.median, other),
    ratioToC: ratio(timing.median, times.get(libC)),
  });
  const of = (who: string): Timing => timings.get(who) as Timing;
  const inPlace = times.get(ourInPlace);
  return [
    {
      ...resultOf("node", of(ours), times.get(ourTwin)),
      ...(inPlace && {
        inPlace: { nsPerValue: inPlace / task.values, ratioToC: ratio(inPlace, times.get(libC)) },
      }),
      peers: [...versions].map(([peer, version]) => {
        const ns = times.get(peer) ?? NaN;
        return { name: peer, version, nsPerValue: ns / task.values, ratio: of(ours).median / ns };
      }),
      bars: size.label
        ? []
        : (bars[row.name] ?? []).map((bar) => judge(bar, of(ours).median, times, inPlace)),
    },
    ...elsewhere.map((each) => ({
      ...resultOf(each.engine, of(each.kernel.name), of(each.twin.name).median),
      peers: [],
      bars: [],
    })),
  ];
}

const ratio = (a: number, b: number | undefined): number | null => (b === undefined ? null : a / b);
const versionOfPeer = (peer: Peer): string =>
  peer.package === undefined ? `Node ${process.versions.node}` : versionOf(peer.package);
