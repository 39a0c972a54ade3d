/** Runs a piece of work that may fail by itself; the work says whether some is left. */
export type Step = (name: string, work: () => boolean | Promise<boolean>) => Promise<void>;

/**
 * The steps of one alarm. The platform drops an alarm after six failures, so nothing is thrown: the log has the cause, and the
 * next alarm tries again.
 */
export class Steps {
  /** Whether some work is left, or failed. */
  unfinished = false;
  failed = false;
  readonly run: Step;

  /** @param whose for the log */
  constructor(whose: string) {
    this.run = async (name, work) => {
      try {
        this.unfinished = (await work()) || this.unfinished;
      } catch (error) {
        [this.unfinished, this.failed] = [true, true];
        console.error(`${name} failed for ${whose}`, error);
      }
    };
  }
}
