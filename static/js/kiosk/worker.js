// Opens the page of a kiosk without network, with what it kept when it was last there (screens.js keeps it). With network
// everything comes from there, so that nothing is out of date; a server that fails is like none. What is sent is not touched.
const PATIENCE = 6000;

async function answer(request) {
  const found = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
  if (found && found.status < 500) return found;
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  return kept ?? found ?? Response.error();
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
