/**
 * The block of a binary model with a score: of each score cell and decision the rows, and the sum of their calibrated
 * probabilities of being true. Performance is estimated from it before labels arrive (estimation/).
 *
 * Four stretches of one slot a cell: rows decided false, rows decided true, and the probabilities of both in units of
 * 2^-23, so that they add exactly over 10^9 rows. Rows without a probability for score, or without an answer, do not count.
 */
import * as z from "zod";
import type { Columns } from "../domain/columns.ts";
import { type Answering, answersOf } from "../domain/outcomes.ts";
import { fixedStretches } from "../methods/estimation/decision-cells.ts";
import { positionOf } from "../domain/position.ts";
import { isotonicAt } from "../methods/estimation/isotonic.ts";
import type { ScoreMasses } from "../methods/estimation/score-masses.ts";
import type { DerivedKind } from "./derived.ts";
import { probabilityUnits } from "./fixed-point.ts";
import { OfReference } from "./of-reference.ts";
import { onceABatch } from "./once-a-batch.ts";
import { isotonicOf, ScoreEdges, ScoreMap } from "./score-map.ts";

export const Decisions = z.object({
  kind: z.literal("decisions"),
  /** Features by name; without a prediction, or where a row has none, a score from one half on is true. */
  score: z.string(),
  prediction: z.string().nullable(),
  /** Null where scores are calibrated already. */
  map: ScoreMap.nullable(),
  edges: ScoreEdges,
  reference: OfReference,
});
export type Decisions = z.infer<typeof Decisions>;

/** What counting needs of a block. */
export type DecisionCounting = Omit<Decisions, "kind" | "reference">;

const cellsOf = ({ edges }: DecisionCounting): number => edges.length + 1;

export const decisions: DerivedKind<Decisions> = {
  schema: Decisions,
  slots: (block) => 4 * cellsOf(block),
  counter: (_, block) => countDecisions(block),
  problem: (block, counts, rows) => {
    const { zeros, ones, zerosMass, onesMass } = massesIn(block, counts);
    let counted = 0;
    for (let cell = 0; cell < zeros.length; cell++) {
      counted += zeros[cell] + ones[cell];
      if (zerosMass[cell] > zeros[cell] || onesMass[cell] > ones[cell])
        return "the probabilities of a score cell are more than its rows";
    }
    return counted > rows ? `${counted} rows have a score and a decision` : null;
  },
};

export function countDecisions(block: DecisionCounting): ReturnType<typeof decisions.counter> {
  const { score, prediction } = block;
  const model: Answering = {
    task: "binary",
    classes: [],
    features: [
      { name: score, type: "numeric", role: "score" },
      ...(prediction === null ? [] : [{ name: prediction, type: "boolean", role: "prediction" } as const]),
    ],
  };
  const cells = cellsOf(block);
  const edges = Float64Array.from(block.edges);
  const map = isotonicOf(block.map);
  const placed = onceABatch((columns: Columns) => {
    const { scores, predicted } = answersOf(model, columns);
    const slots = new Int32Array(columns.rows).fill(-1);
    const units = new Float64Array(columns.rows);
    for (let row = 0; row < columns.rows; row++) {
      if (Number.isNaN(scores[row]) || Number.isNaN(predicted[row])) continue;
      slots[row] = predicted[row] * cells + positionOf(edges, scores[row]);
      units[row] = Math.round(probabilityUnits * (map ? isotonicAt(map, scores[row]) : scores[row]));
    }
    return { slots, units };
  });
  return (columns, rows, counts, offset) => {
    const { slots, units } = placed(columns);
    const many = rows?.length ?? columns.rows;
    for (let i = 0; i < many; i++) {
      const row = rows ? rows[i] : i;
      if (slots[row] < 0) continue;
      counts[offset + slots[row]]++;
      counts[offset + slots[row] + 2 * cells] += units[row];
    }
  };
}

/** A window's part of the flat vector, as probabilities again. */
export function massesIn(block: DecisionCounting, counts: Float64Array): ScoreMasses {
  const cells = cellsOf(block);
  const stretch = (at: number): Float64Array => counts.subarray(at * cells, (at + 1) * cells);
  return {
    ...fixedStretches(block.edges),
    zeros: stretch(0),
    ones: stretch(1),
    zerosMass: stretch(2).map((units) => units / probabilityUnits),
    onesMass: stretch(3).map((units) => units / probabilityUnits),
  };
}
