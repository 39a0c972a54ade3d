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

/** Of an address that the runtime has made: taking it apart whole costs more than all else here. */
const pathOf = (url) => url.slice(url.indexOf("/", "https://".length)).split("?", 1)[0];

export const front = {
  fetch(request, env, context) {
    return isWorkerPath(pathOf(request.url)) ? app.fetch(request, env, context) : env.ASSETS.fetch(request);
  },
};
