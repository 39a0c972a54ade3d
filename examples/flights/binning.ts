/**
 * Feature values to one byte each, as histogram trees want them: bin 0 is missing, the others ascend. A column holds
 * 16-bit integers, so a binning is one table of 65,536 bytes and applying it one look-up.
 */
import { MISSING, featureNames, type FeatureColumns } from "./features.ts";
import { bestGuess, encodeAirports, type AirportRates } from "./airport-rates.ts";

export const BINS = 64;
export const FEATURES = featureNames.length;

export interface Binning {
  /** One table a feature: value + 32768 → bin. Airports are looked up by code. */
  tables: Uint8Array[];
}

/** Rows side by side (`FEATURES` bytes a row): a row's bins lie in one cache line. */
export type Binned = Uint8Array;

/** Learns the cut points from the training rows: at most `BINS − 1` cells of about equal mass, ties together. */
export function learnBinning(columns: FeatureColumns, rows: Uint32Array, rates: AirportRates): Binning {
  const tables = featureNames.map((name) => {
    if (name === "origin" || name === "destination") return airportTable(rates[name].all);
    const counts = new Uint32Array(65_536);
    let present = 0;
    for (const row of rows) {
      if (columns[name][row] === MISSING) continue;
      counts[columns[name][row] + 32_768]++;
      present++;
    }
    const table = new Uint8Array(65_536);
    let bin = 1;
    let within = 0;
    for (let slot = 1; slot < counts.length; slot++) {
      table[slot] = bin;
      within += counts[slot];
      if (counts[slot] > 0 && within >= present / (BINS - 2) && bin < BINS - 1) {
        bin++;
        within = 0;
      }
    }
    return table;
  });
  return { tables };
}

/** Airports by their rate; a missing or unknown one is taken as the best guess for it, the rate of all. */
function airportTable(rates: Float64Array): Uint8Array {
  const table = new Uint8Array(65_536).fill(rateBin(bestGuess(rates)));
  for (let code = 0; code < rates.length - 1; code++) table[code + 32_768] = rateBin(rates[code]);
  return table;
}

/** Rates of being late lie between 0 and ½; the bins are equal steps of them. */
function rateBin(rate: number): number {
  return 1 + Math.min(BINS - 2, Math.floor(rate * 2 * (BINS - 1)));
}

/** Bins for rows that the model was not trained on. */
export function applyBinning({ tables }: Binning, columns: FeatureColumns, rows: Uint32Array): Binned {
  const binned = new Uint8Array(rows.length * FEATURES);
  for (const [feature, name] of featureNames.entries()) {
    const column = columns[name];
    const table = tables[feature];
    for (let at = 0, to = feature; at < rows.length; at++, to += FEATURES)
      binned[to] = table[column[rows[at]] + 32_768];
  }
  return binned;
}

/**
 * Bins for the training rows: as above, but an airport's rate leaves out the row's own week. Else a rare airport's
 * rate would tell the trees the label, and they would trust it more than it deserves.
 */
export function binTraining(
  binning: Binning,
  columns: FeatureColumns,
  rows: Uint32Array,
  rates: AirportRates,
  weekOf: (row: number) => number,
): Binned {
  const binned = applyBinning(binning, columns, rows);
  for (const name of ["origin", "destination"] as const) {
    const feature = featureNames.indexOf(name);
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      binned[at * FEATURES + feature] = rateBin(encodeAirports(rates[name], columns[name][row], weekOf(row)));
    }
  }
  return binned;
}
