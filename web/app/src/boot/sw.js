// The service worker: it lets the app open without the server. The build puts before it
// `BUILD`: the version, the entry of its pages, and the files that make the app.

const MARK = "openbell-";
const CACHE = MARK + BUILD.version;
const PAGE = "/index.html";
/** What is the server's alone. */
const SERVER = /^\/(?:api|ws|health|metrics)(?:\/|$)/;
/** A page that has not come by then is taken from the cache. */
const PATIENCE_MS = 4000;
/** Answers differ by how they are compressed, which is nothing here. */
const LOOSELY = { ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      // The page's address stays the same: it must not come from the browser's own cache.
      await cache.add(new Request(PAGE, { cache: "no-cache" }));
      await cache.addAll(BUILD.files);
    }),
  );
});

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith(MARK) && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (SERVER.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

/** The page as the server has it now, or else as it was. */
async function page(event) {
  const answer = fetch(event.request);
  // A server that is being restarted may have a proxy before it that answers.
  const good = answer.then((response) => {
    if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
    return response;
  });
  const late = new Promise((_, fail) => setTimeout(fail, PATIENCE_MS));
  try {
    return await Promise.race([good, late]);
  } catch {
    return (await (await caches.open(CACHE)).match(PAGE, LOOSELY)) ?? answer;
  }
}

/** A file whose name changes with its content: whichever version keeps it. */
async function asset(request) {
  return (await caches.match(request, LOOSELY)) ?? fetch(request);
}

self.addEventListener("message", (event) => {
  const { type, entry } = event.data;
  if (type === "take-over") self.skipWaiting();
  if (type !== "running") return;
  // A page that was loaded anew is of this version already, and there is nothing to tell. Other
  // pages may be older: while there are some, the worker before goes on.
  const isNews = entry !== BUILD.entry;
  event.ports[0].postMessage(isNews);
  if (isNews) return;
  const open = self.clients.matchAll({ type: "window", includeUncontrolled: true });
  event.waitUntil(open.then((pages) => pages.length < 2 && self.skipWaiting()));
});
