/** `mdt`: which command was meant, and what its end means to a shell: 0 ok, 1 the condition failed, 2 could not run. */
import { createHash } from "node:crypto";
import kernelBytes from "#core/build/kernel.wasm";
import { ProblemError } from "#core/domain/errors.ts";
import { createKernel } from "#core/kernel.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { ApiError, UnreachableError } from "../http.ts";
import { checkCommand } from "./check.ts";
import { CommandError } from "./command-error.ts";
import { compareCommand } from "./compare.ts";
import { exportCommand } from "./export.ts";
import { labelsCommand } from "./labels/push.ts";
import { removeUnfinished } from "./output.ts";
import { referenceCommand } from "./reference/push.ts";
import { replayCommand } from "./replay/replay.ts";
import type { Surroundings } from "./surroundings.ts";
import { tailCommand } from "./tail/tail.ts";
import { paintWith, printable, wantsColour } from "./terminal-text.ts";
import { verify } from "./verify.ts";

/** The package's own; the build knows it. */
declare const VERSION: string;
const version = VERSION;

type Command = (args: string[], kernel: Kernel, surroundings: Surroundings) => Promise<number>;

const commands: Record<string, Command> = {
  compare: compareCommand,
  verify,
  reference: referenceCommand,
  replay: replayCommand,
  labels: labelsCommand,
  check: checkCommand,
  tail: tailCommand,
  export: exportCommand,
};

const help = `mdt ${version}: has this data drifted?

  mdt compare REFERENCE CURRENT   two files, one answer
  mdt verify FILE|URL             computes a report's or a check's verdicts again

with a platform (MDT_ENDPOINT, MDT_KEY):

  mdt reference push FILE         counts a file here, and puts the counts in force as the reference
  mdt replay FILE                 sends a file's rows in event time, and their labels
  mdt labels push FILE            what turned out to be true, to the predictions that were made
  mdt check                       has the model drifted? the newest check, or the open window
  mdt tail                        checks, incidents and performance as they come
  mdt export TABLE [FILE]         checks, features, cells, performance … as Parquet, Arrow or CSV

mdt COMMAND --help lists what each can do. compare and verify FILE need no platform: nothing leaves this computer.
`;

async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const command = commands[rest[0] ?? ""];
    if (name === "help" && command)
      return command(["--help"], createKernel(new WebAssembly.Module(kernelBytes)), surroundings);
    surroundings.out(help);
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v" || name === "version") {
    surroundings.out(`${version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new CommandError(
      `There is no command "${printable(name)}": there are ${Object.keys(commands).join(", ")}.`,
    );
  return command(rest, createKernel(new WebAssembly.Module(kernelBytes)), surroundings);
}

/** The sentences of our own errors are for people; everything else is a fault of ours, and its place is wanted. */
function said(error: unknown): string {
  if (error instanceof ProblemError) {
    const places = (error.issues ?? []).slice(0, 3).map(({ path, message }) => `\n  ${path}: ${message}`);
    return printable(error.message) + places.join("");
  }
  if (error instanceof CommandError || error instanceof ApiError || error instanceof UnreachableError)
    return printable(error.message);
  if (
    error instanceof RangeError &&
    /allocation|Array buffer|Invalid (typed )?array length/i.test(error.message)
  )
    return "There is not enough memory for this: leave columns out (--ignore), or write Parquet or CSV, which are read in parts.";
  return `This is a fault of mdt, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const { stdout, stderr } = process;
// Whoever reads the output may stop early (mdt … | head): that is no error.
stdout.on("error", () => process.exit(0));
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.once(signal, () => {
    removeUnfinished();
    if (stderr.isTTY) stderr.write("\r\u001b[K");
    process.exit(code);
  });

try {
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    out: (text) => void stdout.write(text),
    write: (bytes) => void stdout.write(bytes),
    tell: (text) => void stderr.write(text),
    paint: paintWith(wantsColour(stdout, process.env)),
    width: Math.max(60, Math.min(160, stdout.columns ?? (Number(process.env.COLUMNS) || 100))),
    sha256: (text) => Promise.resolve(createHash("sha256").update(text).digest("hex")),
  });
} catch (error) {
  removeUnfinished();
  stderr.write(`mdt: ${said(error)}\n`);
  process.exitCode = 2;
}
