import { type ProblemCode, ProblemError } from "#core/domain/errors.ts";

/** Errors lose their class on the way out of an object; problems travel as values. */
export type Answer<T> = { value: T } | { problem: { code: ProblemCode; detail: string } };

export function answer<T>(work: () => T): Answer<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: { code: error.code, detail: error.message } };
    throw error;
  }
}

export function valueOf<T>(given: Answer<T>): T {
  if ("value" in given) return given.value;
  throw new ProblemError(given.problem.code, given.problem.detail);
}
