/**
 * The block of a regression: the sums of the losses that its trees expect of each row (direct loss estimation,
 * methods/estimation/dle.ts). The trees are walked where rows are counted; nothing of a row is kept.
 *
 * Slots: rows with a prediction, those with a negative one (they have no logarithmic error), and of each loss in the order of
 * `dleLosses` the sum over all rows of the expected loss above the least that its trees can say, in units that add exactly
 * over 10^9 rows.
 */
import * as z from "zod";
import type { Column, Columns } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { type Answering, answersOf } from "../domain/outcomes.ts";
import { compileTrees } from "../methods/estimation/compiled-trees.ts";
import { type DleLoss, dleLosses } from "../methods/estimation/dle.ts";
import { encode } from "../methods/estimation/encoded-features.ts";
import type { Tree as GrownTree } from "../methods/estimation/regression-tree.ts";
import type { DerivedKind } from "./derived.ts";
import { unitsOfOne } from "./fixed-point.ts";
import { OfReference } from "./of-reference.ts";
import { onceABatch } from "./once-a-batch.ts";

const Index = z.number().int();

const Tree = z
  .object({
    feature: z.array(Index.nonnegative()).max(limits.lossLeaves - 1),
    threshold: z.array(z.number()),
    left: z.array(Index),
    right: z.array(Index),
    value: z.array(z.number()).min(1).max(limits.lossLeaves),
  })
  .refine(isTree, "no tree: every inner node leads to later ones or to leaves");

/** Children come after their parent, so that a walk ends. */
function isTree({ feature, threshold, left, right, value }: GrownTree): boolean {
  const leads = (to: number, from: number): boolean =>
    to < 0 ? -1 - to < value.length : to > from && to < feature.length;
  return (
    [threshold, left, right].every(({ length }) => length === feature.length) &&
    feature.every((_, node) => leads(left[node], node) && leads(right[node], node))
  );
}

const Trees = z.object({ base: z.number(), trees: z.array(Tree).max(limits.lossTrees) });

export const Losses = z
  .object({
    kind: z.literal("losses"),
    prediction: z.string(),
    /** What the trees look at; the prediction comes after them. Categories are numbers by their place. */
    features: z
      .array(
        z.object({
          name: z.string(),
          order: z
            .array(z.tuple([z.string(), Index.nonnegative()]))
            .max(limits.categories)
            .nullable(),
        }),
      )
      .max(limits.features),
    /** Of the losses that could be learnt. */
    trees: z.partialRecord(z.enum(dleLosses), Trees),
    reference: OfReference,
  })
  .refine(
    ({ features, trees }) =>
      Object.values(trees).every((own) =>
        own.trees.every(({ feature }) => feature.every((index) => index <= features.length)),
      ),
    "a tree looks at a feature that is not there",
  );
export type Losses = z.infer<typeof Losses>;

/** What counting needs of a block. */
export type LossCounting = Pick<Losses, "prediction" | "features" | "trees">;

const firstSum = 2;
export const lossSlots = firstSum + dleLosses.length;

export const losses: DerivedKind<Losses> = {
  schema: Losses,
  slots: () => lossSlots,
  counter: (_, block) => countLosses(block),
  problem: (block, counts, rows) => {
    const [counted, negative] = counts;
    if (counted > rows || negative > counted)
      return `${counted} rows have a prediction, ${negative} a negative one`;
    const scales = scalesOf(block);
    const beyond = dleLosses.find((loss, i) => counts[firstSum + i] > counted * (scales[loss]?.most ?? 0));
    return beyond === undefined ? null : `a sum of ${beyond} is more than the trees can say of its rows`;
  },
};

/** How a loss lies in its sum: `units` of one above `least`, at most `most` units a row. */
interface LossScale {
  least: number;
  units: number;
  most: number;
}

function scalesOf({ trees }: LossCounting): Partial<Record<DleLoss, LossScale>> {
  const scales: Partial<Record<DleLoss, LossScale>> = {};
  for (const loss of dleLosses) {
    const own = trees[loss];
    if (own === undefined) continue;
    const { least, most } = compileTrees(own);
    // Trees that always say the same leave nothing to add up.
    const units = most > least ? unitsOfOne(most - least) : 1;
    scales[loss] = { least, units, most: Math.ceil((most - least) * units) };
  }
  return scales;
}

export function countLosses(block: LossCounting): ReturnType<typeof losses.counter> {
  const { prediction, features, trees } = block;
  const model: Answering = {
    task: "regression",
    classes: [],
    features: [{ name: prediction, type: "numeric", role: "prediction" }],
  };
  const scales = scalesOf(block);
  const learnt = dleLosses.flatMap((loss, i) => {
    const [own, scale] = [trees[loss], scales[loss]];
    return own && scale ? [{ slot: firstSum + i, compiled: compileTrees(own), ...scale }] : [];
  });
  const foretold = onceABatch((columns: Columns) => {
    const { predicted } = answersOf(model, columns);
    const data = [...encode(features, withAll(features, columns)), predicted];
    const units = learnt.map(({ compiled, least, units: scale, most }) => {
      const values = compiled.predict(data, columns.rows);
      for (let row = 0; row < values.length; row++)
        values[row] = Math.min(most, Math.max(0, Math.round((values[row] - least) * scale)));
      return values;
    });
    return { predicted, units };
  });
  return (columns, rows, counts, offset) => {
    const { predicted, units } = foretold(columns);
    const many = rows?.length ?? columns.rows;
    for (let i = 0; i < many; i++) {
      const row = rows ? rows[i] : i;
      if (Number.isNaN(predicted[row])) continue;
      counts[offset]++;
      if (predicted[row] < 0) counts[offset + 1]++;
      for (let at = 0; at < learnt.length; at++) counts[offset + learnt[at].slot] += units[at][row];
    }
  };
}

/** A column that the rows do not have is missing throughout, as it is where features are counted. */
function withAll(features: LossCounting["features"], { rows, columns }: Columns): Map<string, Column> {
  const missing = (categorical: boolean): Column =>
    categorical
      ? { kind: "categorical", codes: new Int32Array(rows).fill(-1), dictionary: [] }
      : { kind: "numeric", values: new Float64Array(rows).fill(NaN) };
  return new Map(features.map(({ name, order }) => [name, columns.get(name) ?? missing(order !== null)]));
}

/** A window's part of the flat vector, as sums of losses again. */
export function lossesIn(
  block: LossCounting,
  counts: Float64Array,
): { rows: number; sums: Record<DleLoss, number>; rounding: Record<DleLoss, number> } {
  const [rows, negative] = counts;
  const scales = scalesOf(block);
  const of = (value: (scale: LossScale, slot: number) => number): Record<DleLoss, number> => {
    const one = (loss: DleLoss): number => {
      const scale = scales[loss];
      if (scale === undefined || (loss === "msle" && negative > 0)) return NaN;
      return value(scale, firstSum + dleLosses.indexOf(loss));
    };
    return { mae: one("mae"), mse: one("mse"), mape: one("mape"), msle: one("msle") };
  };
  return {
    rows,
    sums: of(({ least, units }, slot) => rows * least + counts[slot] / units),
    rounding: of(({ units }) => 0.5 / units),
  };
}
