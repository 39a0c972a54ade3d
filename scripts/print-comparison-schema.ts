/** Writes the JSON Schema of `mdt compare --json` for readers in other languages; a test holds it to the code. */
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { comparisonJsonSchema } from "#core/domain/comparison.ts";
import { inRoot } from "./paths.ts";

const file = inRoot("docs", "mdt-comparison-1.schema.json");
writeFileSync(
  file,
  await format(JSON.stringify(comparisonJsonSchema()), { parser: "json", printWidth: 110 }),
);
