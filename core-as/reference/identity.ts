import type { Reference } from "../domain/reference.ts";

/** Content address: the same profile has the same id wherever it was built. Key order is part of the format. */
export async function referenceId(
  content: Omit<Reference, "id">,
  sha256: (text: string) => Promise<string>,
): Promise<string> {
  const { format, rows, fromMs, toMs, chunks, features, derived, segments, performance, importances } =
    content;
  const parts = [format, rows, fromMs, toMs, chunks, features, derived, segments, performance];
  const text = JSON.stringify(importances === null ? parts : [...parts, importances]);
  return `ref-${(await sha256(text)).slice(0, 24)}`;
}
