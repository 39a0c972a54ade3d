/** The first type that a request's `Accept` names and that there is; the usual one where it names none. */
export function acceptedType<Type extends string>(
  accept: string | undefined,
  types: readonly Type[],
  usual: Type,
): Type {
  const named = (accept ?? "").split(",").map((one) => one.split(";")[0].trim().toLowerCase());
  for (const name of named) {
    const found = types.find((type) => type === name);
    if (found !== undefined) return found;
  }
  return usual;
}
