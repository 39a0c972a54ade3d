/** Annotated stretches on the heatmap: a frame around exactly the windows and features that they name. */
import type { Annotation } from "#core/domain/model.ts";

export interface Band {
  kind: Annotation["kind"] | "selected";
  /** Indices of windows and rows, ends included. */
  columns: [number, number];
  rows: [number, number];
  /** Whether the annotation's word stands above this one. */
  labelled: boolean;
}

/** Frames of one annotation: one for each run of neighbouring rows; none where no window overlaps it. */
export function bandsOf(
  annotation: Annotation,
  windows: readonly { windowStartMs: number; windowEndMs: number }[],
  features: readonly string[],
): Band[] {
  const { fromMs, toMs, kind } = annotation;
  const inside = windows.flatMap(({ windowStartMs, windowEndMs }, index) =>
    windowStartMs < toMs && windowEndMs > fromMs ? [index] : [],
  );
  if (inside.length === 0) return [];
  const columns: [number, number] = [inside[0], inside[inside.length - 1]];
  // An annotation without features is about the whole model.
  const named = (feature: string): boolean =>
    annotation.features.length === 0 || annotation.features.includes(feature);
  const bands: Band[] = [];
  for (const [row, feature] of features.entries()) {
    if (!named(feature)) continue;
    const last = bands.at(-1);
    if (last && last.rows[1] === row - 1) last.rows[1] = row;
    else bands.push({ kind, columns, rows: [row, row], labelled: bands.length === 0 });
  }
  return bands;
}
