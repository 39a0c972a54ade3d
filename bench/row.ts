/** What a row of the bench is: seeded inputs, the kernel's call on them, and who else does the same work. */
import type { Kernel } from "#core/kernel/api.ts";

/** What a contender computed: compared with the kernel's, so that no rival is fast by doing less. */
export type Answer = number | Float64Array | readonly number[];

/** A rival in this process: a package or a plain loop. */
export interface Peer {
  name: string;
  /** The npm package whose version is printed; plain loops and builtins are as old as the engine. */
  package?: string;
  run: () => Answer;
  /** False where it answers another question (another sketch's cells); then only its time counts. */
  sameAnswer?: boolean;
}

/** The same work in the C child or the Python child: a name in native/cases.c or rivals/peers.py. */
export interface ChildPeer {
  name: string;
  task: string;
  sameAnswer?: boolean;
}

/** A row at one size, its inputs made. */
export interface Task {
  /** What one run handles: times are divided by it. */
  values: number;
  /** Written as files of doubles or bytes for the children. */
  inputs: Record<string, Float64Array | Uint8Array>;
  /** One call as the product makes it, with its copy into the kernel's memory. */
  kernel: (kernel: Kernel) => Answer;
  /** Where the twin has nothing to do. */
  noTwin?: true;
  /** Inputs that can lie in the kernel's memory beforehand, as they lie in C's: timed as well, as "in place". */
  resident?: (Float64Array | Uint8Array)[];
  /** Packages are loaded here, so that engines without them can load the row. */
  peers?: () => Promise<Peer[]> | Peer[];
}

export interface Size {
  /** Follows the name in the tables, after an @; the first size of a row has none, and carries its bars. */
  label?: string;
  values: number;
}

export interface Row {
  name: string;
  title: string;
  /** What a nanosecond is per. */
  unit: "value" | "key" | "merge" | "bin" | "check" | "start" | "draw";
  sizes: [Size, ...Size[]];
  task: (values: number) => Task;
  c?: ChildPeer[];
  python?: ChildPeer[];
  /** Where NumPy owes its time to vectors that no portable Wasm has: it is asked without them, too. */
  plainPython?: ChildPeer[];
  /** Also timed in workerd and in Chromium. */
  engines?: boolean;
}

/** Small enough for any two sets of numbers to be compared one by one; longer ones by their sums. */
const comparedWhole = 512;

/** The answer as few numbers; the children do the same (native/main.c, rivals/peers.py). */
export function fingerprint(answer: Answer): number[] {
  if (typeof answer === "number") return [answer];
  if (answer.length <= comparedWhole) return [...answer];
  let [sum, weighted] = [0, 0];
  for (let i = 0; i < answer.length; i++) {
    sum += answer[i];
    weighted += answer[i] * (i % 1009);
  }
  return [answer.length, sum, weighted];
}

/** Equal to nine digits: the order of a sum is everybody's own. Two NaN are equal. */
export function isSameAnswer(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      (x, i) => Object.is(x, b[i]) || Math.abs(x - b[i]) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(b[i])),
    )
  );
}

/** One array after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
