import { createReadStream } from "node:fs";
import { createGzip } from "node:zlib";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig, type Plugin } from "vite";

const worker = process.env.MDT_WORKER ?? "http://127.0.0.1:4280";

/** The Worker takes changes from its own origin only; in development that is this server. */
const headers = { origin: worker };

/** A build packs DuckDB once (scripts/build-app.mjs); the development server does it on demand. */
const packedDuckdb: Plugin = {
  name: "packed-duckdb",
  configureServer: ({ middlewares }) => {
    middlewares.use("/duckdb-eh.wasm.packed", (_request, reply) => {
      createReadStream("node_modules/@duckdb/duckdb-wasm/dist/duckdb-eh.wasm")
        .pipe(createGzip({ level: 1 }))
        .pipe(reply);
    });
  },
};

export default defineConfig({
  plugins: [packedDuckdb, sveltekit()],
  build: { target: "es2022", chunkSizeWarningLimit: 800 },
  server: {
    proxy: {
      "/v1": { target: worker, ws: true, changeOrigin: true, headers },
      "/healthz": { target: worker, changeOrigin: true },
    },
    fs: { allow: ["core-as", "sql", "app"] },
  },
});
