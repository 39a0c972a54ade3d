/**
 * Attributions: how much each feature moved a row's answer (SHAP values or the like), in any unit that is the same for all
 * features. A row carries them as an object, `attributions: { age: 0.3, … }`, or in fields of their own, `attribution.age`;
 * wherever rows are columns they are columns of these names.
 */
import { attributionPrefix, type Feature, type reservedFields } from "./model.ts";

/** The field of a row that holds all of them as an object. */
export const attributionsField = "attributions" satisfies (typeof reservedFields)[number];

export const attributionField = (feature: string): string => `${attributionPrefix}${feature}`;

/** The attributions that are among the fields, as the numeric features that they are read like. */
export function attributionFeatures(features: readonly Feature[], fields: ReadonlySet<string>): Feature[] {
  return features
    .filter(({ name, role }) => role === "feature" && fields.has(attributionField(name)))
    .map(({ name }) => ({ name: attributionField(name), type: "numeric", role: "feature" }));
}
