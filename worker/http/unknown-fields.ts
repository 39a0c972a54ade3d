/**
 * Fields of a body that nobody reads: a setting that is misspelt, or that cannot be set here, would otherwise be taken with
 * a 200 and left out.
 */

/**
 * @param given the body as it came
 * @param taken what its schema made of it: every field that it knows, by the same name
 * @returns their paths, in the body's order
 */
export function unknownFields(given: unknown, taken: unknown): string[] {
  const found: string[] = [];
  collect(found, given, taken, []);
  return found;
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function collect(found: string[], given: unknown, taken: unknown, path: readonly (string | number)[]): void {
  if (Array.isArray(given) && Array.isArray(taken)) {
    // Counts of a profile are long lists of numbers.
    for (const [at, value] of given.entries())
      if (typeof value === "object") collect(found, value, taken[at], [...path, at]);
  } else if (isFields(given) && isFields(taken))
    for (const name of Object.keys(given))
      if (Object.hasOwn(taken, name)) collect(found, given[name], taken[name], [...path, name]);
      else found.push([...path, name].join("."));
}
