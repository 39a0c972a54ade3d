/** Where the importances in a table come from, and how far to trust them. */
import type { Importances } from "#core/domain/importances.ts";
import { formatCount, formatNumber } from "#core/report/format.ts";

export function importanceWords(importances: Importances | null): string {
  if (importances === null)
    return "No importances are known: features of one status are in the order of their drift.";
  const order = "Features of one status are in the order of drift × importance.";
  if (importances.fidelity === null)
    return `${order} The importances came with the ${importances.source === "given" ? "reference" : "model"}.`;
  const { rSquared, rows } = importances.fidelity;
  return (
    `${order} The importances are of small trees that repeat the model, not of the model itself: ` +
    `R² ${formatNumber(rSquared, 2)} on ${formatCount(rows)} rows that they had not seen.`
  );
}
