/** The command could not do what was asked: one plain sentence and what to do about it. Exit code 2. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CommandError";
  }
}
