/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
/**
 * Keeps the dashboard's own files, so that comparing two files works without a network once a page was open. Data of the
 * server is never kept: nothing under /v1 passes through here.
 */
import { build, files, version } from "$service-worker";

const scope = self as unknown as ServiceWorkerGlobalScope;
const store = `mdt-edge-${version}`;
/** Every path is the same page. */
const page = "/";
const kept = new Set([page, ...build, ...files.filter((file) => !file.endsWith("_headers"))]);

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(store)
      .then((cache) => cache.addAll([...kept]))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== store).map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return;
  // Pages come from the server while there is one: a new build is seen at once.
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => fromStore(page)));
  else if (kept.has(pathname)) event.respondWith(fromStore(pathname, request));
});

async function fromStore(path: string, request?: Request): Promise<Response> {
  const found = await (await caches.open(store)).match(path);
  return found ?? (request ? fetch(request) : Response.error());
}
