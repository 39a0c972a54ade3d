/** Starts the rivals outside this process: what is not installed is null, with the reason why. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "../run-row.ts";
import { inRoot } from "../../scripts/paths.ts";
import { ChildRival } from "./child.ts";

/** The machine's own vector instructions are for C only: the kernel is one artefact for all. */
export const compilerFlags = ["-O3", "-march=native", "-std=gnu11"];

export interface Started {
  child: Child | null;
  /** What it is, or why it is not there and what to do about it. */
  what: string;
}

export async function startC(folder: string): Promise<Started> {
  const compiler = process.env.CC ?? "cc";
  const sources = readdirSync(inRoot("bench", "native"))
    .filter((file) => file.endsWith(".c"))
    .map((file) => inRoot("bench", "native", file));
  const program = join(folder, "rival");
  const compiled = spawnSync(compiler, [...compilerFlags, "-o", program, ...sources, "-lm"], {
    encoding: "utf8",
  });
  if (compiled.error)
    return { child: null, what: `no C compiler (${compiler}): install gcc or clang, or name one with CC=` };
  if (compiled.status !== 0)
    throw new Error(`${compiler} could not compile bench/native:\n${compiled.stderr.slice(0, 4000)}`);
  const version = spawnSync(compiler, ["--version"], { encoding: "utf8" }).stdout.split("\n")[0];
  const rival = new ChildRival(program, []);
  await rival.hello;
  return {
    child: { rival, versionOf: () => `${version}, ${compilerFlags.slice(0, 2).join(" ")}` },
    what: `${version}, ${compilerFlags.join(" ")}`,
  };
}

interface PythonVersions {
  python: string;
  numpy: string;
  scipy: string | null;
}

export async function startPython(): Promise<Started> {
  const python = process.env.PYTHON ?? "python3";
  const advice = `install NumPy and SciPy (pip install numpy scipy, or the packages python3-numpy and python3-scipy), or name a Python that has them with PYTHON=`;
  const rival = new ChildRival(python, [inRoot("bench", "rivals", "peers.py")]);
  let versions: PythonVersions;
  try {
    versions = JSON.parse(await rival.hello) as PythonVersions;
  } catch {
    return { child: null, what: `${python} without NumPy, or no ${python}: ${advice}` };
  }
  const { python: own, numpy, scipy } = versions;
  return {
    child: {
      rival,
      versionOf: (peer) => (peer.startsWith("SciPy") ? `SciPy ${scipy}, NumPy ${numpy}` : `NumPy ${numpy}`),
    },
    what: `Python ${own}, NumPy ${numpy}, ${scipy ? `SciPy ${scipy}` : `no SciPy: ${advice}`}`,
  };
}
