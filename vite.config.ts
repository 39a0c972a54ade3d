import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

const worker = process.env.MDT_WORKER ?? "http://127.0.0.1:4280";

/** The Worker takes changes from its own origin only; in development that is this server. */
const headers = { origin: worker };

export default defineConfig({
  plugins: [sveltekit()],
  build: { target: "es2022", chunkSizeWarningLimit: 800 },
  server: {
    proxy: {
      "/v1": { target: worker, ws: true, changeOrigin: true, headers },
      "/healthz": { target: worker, changeOrigin: true },
    },
    fs: { allow: ["core-as", "sql", "app"] },
  },
});
