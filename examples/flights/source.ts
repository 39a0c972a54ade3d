import { fileURLToPath } from "node:url";

/** A data file of the vega-datasets package. It exports its entry only, so the file is found beside that. */
export function dataFile(name: string): string {
  return fileURLToPath(new URL(`../data/${name}`, import.meta.resolve("vega-datasets")));
}
