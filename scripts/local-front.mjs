/**
 * The door of the local platform, a module around the Worker (serve.ts): requests for the paths that wrangler.toml gives to the
 * Worker go to it, all others to the pages. In production the platform sorts them before the Worker; the local runtime would, in
 * three Workers of its own, which every request and its body pass through.
 */
import app from "./index.js";
import paths from "./worker-paths.txt";

export * from "./index.js";
export { app as default };

const workerPaths = JSON.parse(paths);

/** Whether a path is one of `/exact` and `/below/*`. */
const isWorkerPath = (path) =>
  workerPaths.some((known) => (known.endsWith("*") ? path.startsWith(known.slice(0, -1)) : path === known));

export const front = {
  fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    return isWorkerPath(pathname) ? app.fetch(request, env, context) : env.ASSETS.fetch(request);
  },
};
