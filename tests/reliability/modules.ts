/** What wrangler does for the Worker's modules, for Node: the platform's base class, and SQL and Wasm as modules. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const workers = "mdt:cloudflare-workers";
const sources: Record<string, string> = {
  [workers]: "export class DurableObject { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }",
};

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: workers, format: "module", shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) => {
    const source = sources[url] ?? sourceOf(url);
    return source === null ? next(url, context) : { format: "module", source, shortCircuit: true };
  },
});

function sourceOf(url: string): string | null {
  if (url.endsWith(".sql"))
    return `export default ${JSON.stringify(readFileSync(fileURLToPath(url), "utf8"))};`;
  if (url.endsWith(".wasm"))
    return `import { readFileSync } from "node:fs";
            export default new WebAssembly.Module(readFileSync(${JSON.stringify(fileURLToPath(url))}));`;
  return null;
}
