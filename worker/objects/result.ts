import { ProblemError, type ProblemCode } from "#core/domain/errors.ts";

/** What an object answers across RPC, where an error would lose its code: a value, or a problem to throw on our side. */
export type Result<T> = { value: T } | { problem: { code: ProblemCode; detail: string } };

export function problem(
  code: ProblemCode,
  detail: string,
): { problem: { code: ProblemCode; detail: string } } {
  return { problem: { code, detail } };
}

/** The value, or the problem thrown. */
export function unwrap<T>(result: Result<T>): T {
  if ("problem" in result) throw new ProblemError(result.problem.code, result.problem.detail);
  return result.value;
}

/** Runs a decision and turns the problem that it throws into a value. */
export function caught<T>(decide: () => T): Result<T> {
  try {
    return { value: decide() };
  } catch (error) {
    if (error instanceof ProblemError) return problem(error.code, error.message);
    throw error;
  }
}
