/** Starts the rivals outside this process: what is not installed is null, with the reason why. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Child } from "../run-row.ts";
import { inRoot } from "../../scripts/paths.ts";
import { ChildRival } from "./child.ts";

/** The machine's own vector instructions are for C only: the kernel is one artefact for all. Some clangs know it as -mcpu. */
const natives = [
  ["-O3", "-march=native"],
  ["-O3", "-mcpu=native"],
];
/** As wide as the kernel's vectors: what is left of C's lead then is not width. */
const narrow = ["-O3", "-msse4.2"];
const sources = ["main.c", "tasks.c", "histograms.c", "sorting.c", "sketching.c", "divergence.c", "cells.c"];

export interface Started {
  child: Child | null;
  /** What it is, or why it is not there and what to do about it. */
  what: string;
}

/** The C program for this machine, and for comparison the same one without its wide vectors. */
export async function startC(folder: string): Promise<{ wide: Started; narrow: Child | null }> {
  const compiler = process.env.CC ?? "cc";
  const version = spawnSync(compiler, ["--version"], { encoding: "utf8" });
  if (version.error || version.status !== 0) {
    const what = `no C compiler (${compiler}): install gcc or clang, or name one with CC=`;
    return { wide: { child: null, what }, narrow: null };
  }
  const name = version.stdout.split("\n")[0];
  const start = async ([flags, ...others]: string[][]): Promise<Child> => {
    const program = join(folder, `rival${flags.join("")}`);
    const files = sources.map((file) => inRoot("bench", "native", file));
    const compiled = spawnSync(compiler, [...flags, "-std=gnu11", "-o", program, ...files, "-lm"], {
      encoding: "utf8",
    });
    if (compiled.status !== 0 && others.length > 0) return start(others);
    if (compiled.status !== 0)
      throw new Error(`${compiler} could not compile bench/native:\n${compiled.stderr.slice(0, 4000)}`);
    const rival = new ChildRival(program, []);
    await rival.hello;
    return { rival, versionOf: () => `${name}, ${flags.join(" ")}` };
  };
  const wide = await start(natives);
  return {
    wide: { child: wide, what: wide.versionOf("C") },
    narrow: process.arch === "x64" ? await start([narrow]) : null,
  };
}

interface PythonVersions {
  python: string;
  numpy: string;
  scipy: string | null;
  /** Instruction sets that NumPy found and would use. */
  dispatched: string[];
}

/** NumPy and SciPy as they are, and for comparison NumPy without the instruction sets that it chooses at run time. */
export async function startPython(): Promise<{ whole: Started; plain: Child | null }> {
  const python = process.env.PYTHON ?? "python3";
  const advice = `install NumPy and SciPy (pip install numpy scipy, or the packages python3-numpy and python3-scipy), or name a Python that has them with PYTHON=`;
  const start = async (settings: Record<string, string>): Promise<[Child, PythonVersions]> => {
    const rival = new ChildRival(python, [inRoot("bench", "rivals", "peers.py")], settings);
    const versions = JSON.parse(await rival.hello) as PythonVersions;
    const { numpy, scipy } = versions;
    const both = `SciPy ${scipy}, NumPy ${numpy}`;
    return [{ rival, versionOf: (peer) => (peer.startsWith("SciPy") ? both : `NumPy ${numpy}`) }, versions];
  };
  try {
    const [child, { python: own, numpy, scipy, dispatched }] = await start({});
    const off = { NPY_DISABLE_CPU_FEATURES: dispatched.join(" ") };
    return {
      whole: {
        child,
        what: `Python ${own}, NumPy ${numpy}, ${scipy ? `SciPy ${scipy}` : `no SciPy: ${advice}`}`,
      },
      plain: dispatched.length > 0 ? (await start(off))[0] : null,
    };
  } catch {
    return {
      whole: { child: null, what: `${python} without NumPy, or no ${python}: ${advice}` },
      plain: null,
    };
  }
}
