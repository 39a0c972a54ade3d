import type { Reference } from "../domain/reference.ts";

/** Content address: the same profile has the same id wherever it was built. Key order is part of the format. */
export async function referenceId(
  content: Omit<Reference, "id">,
  sha256: (text: string) => Promise<string>,
): Promise<string> {
  const { format, rows, fromMs, toMs, chunks, features, derived, segments, performance } = content;
  const parts = [format, rows, fromMs, toMs, chunks, features, derived, segments, ordered(performance)];
  const text = JSON.stringify(parts);
  return `ref-${(await sha256(text)).slice(0, 24)}`;
}

/** Metrics by name have no order of their own: whoever reads a profile and writes it again may give them another. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, ordered(one)]));
}
