/** Both models as they are declared to the platform. */
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import type { Feature, ModelInput } from "#core/domain/model.ts";
import type { Dataset, Variant } from "./dataset.ts";
import { faults, faultTimes } from "./faults.ts";
import { featureSpecs } from "./features.ts";

export interface DemoModel {
  id: string;
  variant: Variant;
}

export const demoModels: DemoModel[] = [
  { id: "flight-delay", variant: "as-flown" },
  { id: "flight-delay-faulty", variant: "faulty" },
];

/** Several batches are in flight at once; the replay keeps them within this (client/in-flight.ts). */
export const latenessMs = 6 * HOUR_MS;

/** Back to mid-April when the replay ends: every fault can be looked at row by row, in 43 MB of Parquet. */
const archivedMs = 76 * DAY_MS;

export function declareFeatures({ training }: Pick<Dataset, "training">): Feature[] {
  return [
    ...featureSpecs.map(({ name, type, unit, description }, index): Feature => ({
      name,
      type,
      role: "feature",
      ...(unit === undefined ? {} : { unit }),
      description,
      importance: training.importance[index],
    })),
    {
      name: "score",
      type: "numeric",
      role: "score",
      description: "Probability of arriving more than 15 minutes late",
    },
    {
      name: "delayed",
      type: "boolean",
      role: "prediction",
      description: `Called late: score of ${training.threshold} and above, as many as were late in January`,
    },
  ];
}

export function declareModel(dataset: Pick<Dataset, "training">, { id, variant }: DemoModel): ModelInput {
  const faulty = variant === "faulty";
  const quality = `AUC ${dataset.training.auc.toFixed(3)} out of sample on 1–28 January 2001`;
  return {
    id,
    name: faulty ? "Flight delay, with injected faults" : "Flight delay",
    description: faulty
      ? `The same flights and the same model (${quality}), with three faults put into its inputs on purpose.`
      : `Will a flight arrive more than 15 minutes late? Real flights in the USA, January to June 2001; ${quality}.`,
    clock: "replay",
    windowMs: DAY_MS,
    basePaneMs: HOUR_MS,
    latenessMs,
    features: declareFeatures(dataset),
    archive: faulty ? { retentionMs: archivedMs } : null,
    annotations: faulty
      ? faults.map((fault) => ({
          kind: "injected" as const,
          ...faultTimes(fault),
          features: [...fault.features],
          text: fault.description,
        }))
      : [],
  };
}
