// 随事件更新: a page that is open is told over its stream when it would show something else, and fetches itself (htmx).
"use strict";

const FOLLOWS = "[sse-connect]";
let stream = null;

// The server ends a stream every minute and the browser takes up the next: no fault, so nothing for the extension.
htmx.createEventSource = (address) => {
  if (stream) stream.close();
  const opened = new EventSource(address);
  opened.addEventListener("error", (event) => {
    if (opened.readyState !== EventSource.CLOSED) event.stopImmediatePropagation();
  });
  if (document.hidden) opened.close();
  stream = opened;
  return opened;
};

// A browser has six connections to a host: a page nobody looks at gives its own back, and takes it again when it is shown.
document.addEventListener("visibilitychange", () => {
  const page = document.querySelector(FOLLOWS);
  if (!page || !stream) return;
  if (document.hidden) stream.close();
  else htmx.trigger(page, "htmx:afterProcessNode");
});

// It stays as it is while the service is away or nobody is signed in any more.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.matches(FOLLOWS) && (xhr.status !== 200 || new URL(xhr.responseURL).pathname === "/sign-in")) event.detail.shouldSwap = false;
});
