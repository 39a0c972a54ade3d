/** Where things lie in the checkout. */
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");
export const inRoot = (...parts: string[]): string => join(root, ...parts);
export const wranglerBin = inRoot("node_modules", "wrangler", "bin", "wrangler.js");
export const viteBin = inRoot("node_modules", "vite", "bin", "vite.js");

/** The Worker as it is deployed, built by build-worker.ts. */
export const workerBuild = inRoot("build", "worker");

/** Everything that `npm start` keeps: secrets, the platform's storage, the demo's prepared data. */
export const stateDir = process.env.MDT_STATE_DIR ?? inRoot(".state");
