/**
 * A rival in another process. It is asked line by line and answers each with one line: `load <task> <folder>` reads the
 * inputs, `run <times>` gives the nanoseconds of one run by its own clock, `answer` what it computed.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Contender } from "../measure.ts";

export class ChildRival {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string | null) => void)[] = [];
  #lastWords = "";
  #isGone = false;
  #loaded = "";
  /** What it says of itself at its start. */
  readonly hello: Promise<string>;

  constructor(command: string, args: string[], settings: Record<string, string> = {}) {
    // One thread: everybody else has one.
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", ...settings };
    this.#child = spawn(command, args, { env });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#waiting.shift()?.(line));
    const gone = (): void => {
      this.#isGone = true;
      for (const answer of this.#waiting.splice(0)) answer(null);
    };
    this.#child.once("error", gone);
    this.#child.once("close", gone);
    this.#child.stdin.on("error", gone);
    this.hello = this.#next();
  }

  async #next(): Promise<string> {
    const line = this.#isGone
      ? null
      : await new Promise<string | null>((resolve) => this.#waiting.push(resolve));
    if (line === null) throw new Error(`a rival's process ended: ${this.#lastWords}`);
    return line;
  }

  async #ask(...words: (string | number)[]): Promise<string> {
    const line = this.#next();
    this.#child.stdin.write(`${words.join("\t")}\n`);
    const answer = await line;
    if (answer.startsWith("error")) throw new Error(`${words.join(" ")}: ${answer}`);
    return answer;
  }

  load(task: string, folder: string): Promise<string> {
    return this.#ask("load", task, folder);
  }

  async answer(): Promise<number[]> {
    return (await this.#ask("answer")).split(" ").map(Number);
  }

  /** What is loaded is timed; a child with several tasks on one row loads each anew, outside its clock. */
  contender(name: string, task: string, folder: string): Contender {
    return {
      name,
      sample: async (repeats) => {
        if (this.#loaded !== `${task} ${folder}`) await this.load(task, folder);
        this.#loaded = `${task} ${folder}`;
        return Number(await this.#ask("run", repeats));
      },
    };
  }

  end(): void {
    this.#child.kill();
  }
}
