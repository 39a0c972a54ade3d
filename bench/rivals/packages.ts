/** The versions of the npm packages that are timed, as installed. */
import { readFileSync } from "node:fs";
import { inRoot } from "../../scripts/paths.ts";

export function versionOf(name: string): string {
  const text = readFileSync(inRoot("node_modules", ...name.split("/"), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
