/** What was measured, on what, and how busy the machine was with other things. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { inRoot } from "../../scripts/paths.ts";

export interface About {
  cpu: string;
  system: string;
  node: string;
  workerd: string;
  wrangler: string;
  /** Of the product. */
  version: string;
  date: string;
  /** Processes that ran or wanted to when it began, over the last minute: with more than cores times are too long. */
  load: number;
}

/** @param path of a package's folder; the product's own when left out */
const versionOf = (...path: string[]): string =>
  (JSON.parse(readFileSync(inRoot(...path, "package.json"), "utf8")) as { version: string }).version;

export function about(): About {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    cpu: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${gigabytes} GB`,
    system: `${type()} ${release()}, ${process.arch}`,
    node: process.version,
    workerd: versionOf("node_modules", "workerd"),
    wrangler: versionOf("node_modules", "wrangler"),
    version: versionOf(),
    date: new Date().toISOString().slice(0, 10),
    load: Number(loadavg()[0].toFixed(1)),
  };
}
