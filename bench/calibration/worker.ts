/** One process of the measurement: runs what it is sent and sends back what it counted. */
import { type Effort, run, type Task } from "./tasks.ts";

process.on("message", (message: { index: number; task: Task; effort: Effort }) => {
  const { index, task, effort } = message;
  run(task, effort).then(
    (tallies) => process.send?.({ index, tallies }),
    (error: unknown) =>
      process.send?.({ index, error: error instanceof Error ? error.stack : String(error) }),
  );
});
