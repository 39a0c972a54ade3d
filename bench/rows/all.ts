/** All rows, in the order of the table. */
import type { Row } from "../row.ts";
import { cellRows } from "./cells.ts";
import { columnRows } from "./column-bodies.ts";
import { equalWidth } from "./equal-width.ts";
import { jsonRows } from "./json-rows.ts";
import { ksRows } from "./ks-exact.ts";
import { modelCheck } from "./model-check.ts";
import { moments } from "./moments.ts";
import { profile } from "./profile.ts";
import { psiRows } from "./psi.ts";
import { quantileEdgeRows } from "./quantile-edges.ts";
import { sketchMerge, sketchUpdate } from "./sketch.ts";
import { sort } from "./sort.ts";

export const rows: Row[] = [
  equalWidth,
  ...quantileEdgeRows,
  ...ksRows,
  sort,
  sketchUpdate,
  sketchMerge,
  ...psiRows,
  modelCheck,
  jsonRows,
  ...columnRows,
  profile,
  moments,
  ...cellRows,
];
