import adapter from "@sveltejs/adapter-static";
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

/** The dashboard is static files with one page for all paths; the Worker serves them and answers the API. */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ pages: "app/build", assets: "app/build", fallback: "index.html" }),
    files: {
      routes: "app/routes",
      lib: "app/lib",
      appTemplate: "app/app.html",
      assets: "app/static",
      hooks: { client: "app/hooks.client" },
      serviceWorker: "app/service-worker",
    },
    outDir: ".svelte-kit",
    // The start-up script is inline: its hash goes into _headers (scripts/build-app.mjs).
    csp: { mode: "hash", directives: { "script-src": ["self", "wasm-unsafe-eval"] } },
    typescript: {
      config: (config) => ({
        ...config,
        include: [...config.include, "../app/**/*.ts", "../app/**/*.svelte"],
      }),
    },
  },
};
