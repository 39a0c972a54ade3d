import { ProblemError, type ProblemCode } from "#core/domain/errors.ts";

/** A problem as it passes RPC, where an error would lose its code. */
export interface ProblemValue {
  code: ProblemCode;
  detail: string;
  issues?: ProblemError["issues"];
}

/** What an object answers: a value, or a problem to throw on our side. */
export type Result<T> = { value: T } | { problem: ProblemValue };

export function problem(
  code: ProblemCode,
  detail: string,
  issues?: ProblemError["issues"],
): { problem: ProblemValue } {
  return { problem: { code, detail, ...(issues && { issues }) } };
}

/** The value, or the problem thrown. */
export function unwrap<T>(result: Result<T>): T {
  if ("value" in result) return result.value;
  const { code, detail, issues } = result.problem;
  throw new ProblemError(code, detail, issues);
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
