// 离线: opens the page of one inspection without a network. It reaches no other page and keeps nothing by itself;
// visit-draft.js keeps the page and its scripts and styles in the cache of the task.
"use strict";

const page = self.registration.scope;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function shown(request) {
  try {
    return await fetch(request);
  } catch {
    if (request.method === "POST") return Response.redirect(`${page}?unsent`, 303); // what was filled in is in the draft
    return (await caches.match(page)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(shown(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
