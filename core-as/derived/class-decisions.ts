/**
 * The block of a multiclass model with a score for each class. A row's calibrated probabilities need all its scores at once,
 * so they are added up row by row: to the expected confusion matrix under what the model answered, and for each class to
 * the cell of its score.
 *
 * Slots: the rows; classes × classes probabilities, by [actual class][predicted class]; then of each class the rows in each
 * of its score's cells and their probabilities of it. Probabilities are in units of 2^-23 and add exactly over 10^9 rows.
 * Rows without all scores, or without an answer, do not count.
 */
import * as z from "zod";
import type { Columns } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { type Answering, answersOf } from "../domain/outcomes.ts";
import { calibratedRow, type MulticlassExpectation } from "../methods/estimation/cbpe-multiclass.ts";
import { fixedStretches } from "../methods/estimation/decision-cells.ts";
import { positionOf } from "../domain/position.ts";
import type { DerivedKind } from "./derived.ts";
import { probabilityUnits } from "./fixed-point.ts";
import { OfReference } from "./of-reference.ts";
import { onceABatch } from "./once-a-batch.ts";
import { isotonicOf, ScoreEdges, ScoreMap } from "./score-map.ts";

export const ClassDecisions = z.object({
  kind: z.literal("classDecisions"),
  /** In the order of the confusion matrix. */
  classes: z
    .array(
      z.object({
        class: z.string(),
        /** The feature that holds the model's probability of it. */
        score: z.string(),
        /** Null where those are calibrated already. */
        map: ScoreMap.nullable(),
        edges: ScoreEdges,
      }),
    )
    .min(2)
    .max(limits.classes),
  /** The feature with the answer; without it, or where a row has none, the class with the largest score is it. */
  prediction: z.string().nullable(),
  reference: OfReference,
});
export type ClassDecisions = z.infer<typeof ClassDecisions>;

/** What counting needs of a block. */
export type ClassCounting = Pick<ClassDecisions, "classes" | "prediction">;

/** Where each class's cells begin in the block's part of the vector, and how long that is. */
function placesOf({ classes }: ClassCounting): { cells: { offset: number; count: number }[]; slots: number } {
  let slots = 1 + classes.length * classes.length;
  const cells = classes.map(({ edges }) => {
    const place = { offset: slots, count: edges.length + 1 };
    slots += 2 * place.count;
    return place;
  });
  return { cells, slots };
}

export const classSlots = (block: ClassCounting): number => placesOf(block).slots;

export const classDecisions: DerivedKind<ClassDecisions> = {
  schema: ClassDecisions,
  slots: classSlots,
  counter: (_, block) => countClassDecisions(block),
  problem: (block, counts, rows) => {
    const [counted] = counts;
    if (counted > rows) return `${counted} rows have all scores and an answer`;
    for (const { offset, count } of placesOf(block).cells) {
      let inCells = 0;
      for (let cell = offset; cell < offset + count; cell++) {
        inCells += counts[cell];
        if (counts[cell + count] > counts[cell] * probabilityUnits)
          return "the probabilities of a score cell are more than its rows";
      }
      if (inCells !== counted)
        return `${inCells} rows are in a class's cells, and ${counted} have all scores`;
    }
    return null;
  },
};

/** The block's part of a row: a class's index where it was predicted, −1 where the row does not count. */
interface PlacedRows {
  predicted: Int32Array;
  /** For each class, the row's cell of its score and its probability of the class. */
  cells: Uint8Array[];
  units: Float64Array[];
}

export function countClassDecisions(block: ClassCounting): ReturnType<typeof classDecisions.counter> {
  const { classes, prediction } = block;
  const model: Answering = {
    task: "multiclass",
    classes: classes.map((each) => each.class),
    features: [
      ...classes.map(
        (each) => ({ name: each.score, type: "numeric", role: "score", class: each.class }) as const,
      ),
      ...(prediction === null
        ? []
        : [{ name: prediction, type: "categorical", role: "prediction" } as const]),
    ],
  };
  const maps = classes.map(({ map }) => isotonicOf(map));
  const edges = classes.map((each) => Float64Array.from(each.edges));
  const { cells: places } = placesOf(block);
  const many = classes.length;
  const placed = onceABatch(({ rows, ...columns }: Columns): PlacedRows => {
    const { scores, predicted } = answersOf(model, { rows, ...columns });
    const answer = new Int32Array(rows).fill(-1);
    const cells = classes.map(() => new Uint8Array(rows));
    const units = classes.map(() => new Float64Array(rows));
    for (let row = 0; row < rows; row++) {
      const own = scores.subarray(row * many, (row + 1) * many);
      const shares = Number.isNaN(predicted[row]) ? null : calibratedRow(maps, own);
      if (shares === null) continue;
      answer[row] = predicted[row];
      for (let k = 0; k < many; k++) {
        cells[k][row] = positionOf(edges[k], own[k]);
        units[k][row] = Math.round(probabilityUnits * shares[k]);
      }
    }
    return { predicted: answer, cells, units };
  });
  return (columns, rows, counts, offset) => {
    const { predicted, cells, units } = placed(columns);
    const length = rows?.length ?? columns.rows;
    for (let i = 0; i < length; i++) {
      const row = rows ? rows[i] : i;
      if (predicted[row] < 0) continue;
      counts[offset]++;
      for (let k = 0; k < many; k++) {
        counts[offset + 1 + k * many + predicted[row]] += units[k][row];
        const at = offset + places[k].offset + cells[k][row];
        counts[at]++;
        counts[at + places[k].count] += units[k][row];
      }
    }
  };
}

/** A window's part of the flat vector, as what multiclass estimates are made of. */
export function expectationIn(block: ClassCounting, counts: Float64Array): MulticlassExpectation {
  const classes = block.classes.length;
  const { cells } = placesOf(block);
  return {
    classes,
    rows: counts[0],
    unusable: 0,
    confusion: counts.slice(1, 1 + classes * classes).map((units) => units / probabilityUnits),
    masses: block.classes.map(({ edges }, k) => {
      const { offset, count } = cells[k];
      const ones = counts.slice(offset + count, offset + 2 * count).map((units) => units / probabilityUnits);
      const zeros = ones.map((mass, cell) => counts[offset + cell] - mass);
      return { ...fixedStretches(edges), zeros, ones };
    }),
  };
}
