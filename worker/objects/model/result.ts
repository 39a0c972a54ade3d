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
