/**
 * The machine code that V8 makes of the kernel's hot loops, counted: what the time of a row is made of. Node prints it
 * (`--print-wasm-code`); a loop is what lies between a jump back and where it goes to.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { inRoot } from "../scripts/paths.ts";

export interface HotLoop {
  /** The row that it is most of. */
  row: string;
  what: string;
  /** Machine instructions for each of the row's units. */
  instructions: number;
  /** Units that one turn of the loop handles, as far as the engine has unrolled it. */
  units: number;
}

/**
 * Where each loop is, and the instruction that stands once for each `per` of the row's units in it, at least `least` times: the
 * loop with the most such work for its length is the hot one.
 */
const loops: { row: string; what: string; name: string; mark: RegExp; per: number; least?: number }[] = [
  {
    row: "equal-width-f64-64",
    what: "cells and counters",
    name: "equal-width/tally",
    mark: /^addl \w+,0x1$/,
    per: 1,
  },
  {
    row: "quantile-edges-64",
    what: "grid, comparison, counters",
    name: "edge-cells/block<f64,f64>",
    mark: /^addl \w+,0x1$/,
    per: 1,
  },
  {
    row: "sketch-update",
    what: "cells and counters",
    name: "float-bits/addDense",
    mark: /^addl \w+,0x1$/,
    per: 1,
    least: 4,
  },
  {
    row: "ks-exact-1e6",
    what: "grid, counters, marks",
    name: "even-grid/countOnGrid",
    mark: /^addl \w+,0x1$/,
    per: 1,
  },
  {
    row: "radix-sort-f64",
    what: "one of five passes",
    name: "radix-sort/passes",
    mark: /^movq \[\w+\+\w+\*1\],\w+$/,
    per: 1,
  },
  { row: "psi-8192", what: "to the quotient", name: "psi/added", mark: /^vdivpd /, per: 2 },
  // Fourteen products make a logarithm, for two cells; one more is added up.
  { row: "psi-8192", what: "logarithm and sum", name: "psi/added", mark: /^vmulpd /, per: 2 / 15, least: 15 },
  {
    row: "check-1000x32x8",
    what: "to two quotients a cell",
    name: "divergences/logarithms",
    mark: /^vdivpd /,
    per: 1,
  },
  {
    row: "check-1000x32x8",
    what: "two logarithms a cell",
    name: "divergences/logarithms",
    mark: /^vmulpd /,
    per: 1 / 14,
    least: 14,
  },
  {
    row: "check-1000x32x8",
    what: "sums of logarithms",
    name: "divergences/logarithms",
    mark: /^vcmppd /,
    per: 1,
  },
  { row: "check-1000x32x8", what: "roots and gaps", name: "divergences/gaps", mark: /^vsqrtpd /, per: 1 },
];

interface Instruction {
  at: number;
  text: string;
}

/** Empty where the engine does not print its code, as on other processors than x64. */
export function hotLoops(): HotLoop[] {
  const text = readFileSync(inRoot("core-as", "build", "kernel.wat"), "utf8");
  const names = [...text.matchAll(/^ \(func \$("[^"]+"|\S+)/gm)].map(([, name]) => name.replaceAll('"', ""));
  const code = printedCode();
  return loops.flatMap(({ row, what, name, mark, per, least = 1 }) => {
    const index = names.findIndex((each) => each.endsWith(name));
    const found = loopsOf(code.get(index) ?? [])
      .map((body) => ({
        length: body.length,
        units: per * body.filter((each) => mark.test(each.text)).length,
      }))
      .filter(({ units }) => units >= per * least)
      .sort((a, b) => a.length / a.units - b.length / b.units)[0];
    return found ? [{ row, what, instructions: found.length / found.units, units: found.units }] : [];
  });
}

/** Instructions by the index of their function. */
function printedCode(): Map<number, Instruction[]> {
  const compile = `const { readFileSync } = process.getBuiltinModule("fs");
    new WebAssembly.Instance(new WebAssembly.Module(readFileSync(process.argv[1])), {});`;
  const flags = ["--print-wasm-code", "--no-liftoff", "--no-wasm-tier-up", "--no-wasm-lazy-compilation"];
  const { stdout } = spawnSync(
    process.execPath,
    [...flags, "-e", compile, inRoot("core-as", "build", "kernel.wasm")],
    {
      encoding: "utf8",
      maxBuffer: 2 ** 27,
    },
  );
  const functions = new Map<number, Instruction[]>();
  for (const part of stdout.split("--- WebAssembly code ---").slice(1)) {
    const index = Number(/^index: (\d+)$/m.exec(part)?.[1]);
    const lines = [...part.matchAll(/^0x[0-9a-f]+\s+([0-9a-f]+)\s+[0-9a-f]+\s+(?:REX\.W )?(.+)$/gm)];
    functions.set(
      index,
      lines.map(([, at, instruction]) => ({ at: parseInt(at, 16), text: instruction.trim() })),
    );
  }
  return functions;
}

function loopsOf(code: readonly Instruction[]): Instruction[][] {
  return code.flatMap(({ at, text }) => {
    const target = /^j\w+ .*<\+0x([0-9a-f]+)>/.exec(text)?.[1];
    const from = target === undefined ? at : parseInt(target, 16);
    return from < at ? [code.filter((each) => each.at >= from && each.at <= at && each.text !== "nop")] : [];
  });
}
