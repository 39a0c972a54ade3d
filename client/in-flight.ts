/**
 * Rows sent in event time, several requests at once. The rule that keeps them from being late: a step starts only while its
 * newest row is not ahead of the oldest row of any unfinished step by more than the model's lateness. Whatever order the
 * answers come in, no watermark then passes a row that is still on its way.
 */
export interface TimedStep {
  /** Event time of its oldest and newest row. */
  oldestMs: number;
  newestMs: number;
  send: () => Promise<void>;
}

export interface InFlightOptions {
  latenessMs: number;
  /** Steps that are on their way at most. */
  most: number;
  /** Waits until a step may start: the speed of a replay. */
  pace?: (step: TimedStep) => Promise<void>;
  /** Every step before this one is done. Called in order; the next waits for it. */
  onDone?: (steps: number) => void | Promise<void>;
}

/** @throws what the first step that failed threw, when none is on its way any more */
export async function sendInFlight(
  steps: AsyncIterable<TimedStep> | Iterable<TimedStep>,
  { latenessMs, most, pace, onDone }: InFlightOptions,
): Promise<void> {
  const running = new Map<number, { oldestMs: number; ended: Promise<void> }>();
  const done = new Set<number>();
  const failures: unknown[] = [];
  let [next, finished] = [0, 0];
  let told: Promise<void> = Promise.resolve();

  const run = async (step: TimedStep, index: number): Promise<void> => {
    try {
      await step.send();
      done.add(index);
      if (index !== finished) return;
      while (done.delete(finished)) finished++;
      const through = finished;
      told = told.then(() => onDone?.(through));
      await told;
    } catch (error) {
      failures.push(error); // thrown below, when nothing is on its way any more
    } finally {
      running.delete(index);
    }
  };
  const overtakes = ({ newestMs }: TimedStep): boolean =>
    [...running.values()].some(({ oldestMs }) => newestMs - latenessMs > oldestMs);

  for await (const step of steps) {
    while (failures.length === 0 && (running.size >= most || overtakes(step)))
      await Promise.race([...running.values()].map(({ ended }) => ended));
    await pace?.(step);
    if (failures.length > 0) break;
    const index = next++;
    const entry = { oldestMs: step.oldestMs, ended: Promise.resolve() };
    running.set(index, entry);
    entry.ended = run(step, index);
  }
  await Promise.all([...running.values()].map(({ ended }) => ended));
  if (failures.length > 0) throw failures[0];
}
