/** Worker processes, one a core: each gets the next task when it has sent the last one's counts. */
import { fork } from "node:child_process";
import { inRoot } from "../../scripts/paths.ts";
import type { Tally } from "./tally.ts";
import type { Effort, Task } from "./tasks.ts";

interface Answer {
  index: number;
  tallies?: Tally[];
  error?: string;
}

/** Answers in the order of the tasks, whoever was faster. */
export function runAll(
  tasks: readonly Task[],
  effort: Effort,
  processes: number,
  onDone: (index: number, seconds: number) => void,
): Promise<Tally[]> {
  const answers = new Array<Tally[]>(tasks.length);
  let next = 0;
  let open = tasks.length;
  return new Promise((resolve, reject) => {
    if (open === 0) resolve([]);
    for (let each = 0; each < Math.min(processes, tasks.length); each++) {
      const worker = fork(inRoot("bench", "calibration", "worker.ts"));
      let startedMs = 0;
      const give = (): void => {
        startedMs = performance.now();
        if (next < tasks.length) worker.send({ index: next, task: tasks[next++], effort });
        else worker.disconnect();
      };
      worker.on("message", ({ index, tallies, error }: Answer) => {
        if (tallies === undefined) {
          reject(new Error(`${tasks[index].name}: ${error}`));
          return;
        }
        answers[index] = tallies;
        onDone(index, (performance.now() - startedMs) / 1000);
        open--;
        if (open === 0) resolve(answers.flat());
        give();
      });
      worker.on("error", reject);
      worker.on("exit", (code) => code !== 0 && reject(new Error(`a worker ended with ${code}`)));
      give();
    }
  });
}
