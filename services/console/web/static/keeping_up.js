// 随事件更新: a page that is open is told over its stream when it would show something else, and fetches itself (htmx).
"use strict";

const FOLLOWS = "[sse-connect]";
const [FIRST, LONGEST] = [1000, 16000];
let stream = null;
let pause = FIRST;

// The server ends a stream every minute and the browser takes up the next. One that was refused, as a gateway does whose
// service starts anew, is asked for again after a second or so, then less and less often; the extension would wait 64 s.
htmx.createEventSource = (address) => {
  if (stream) stream.close();
  const opened = new EventSource(address);
  opened.addEventListener("error", (event) => {
    event.stopImmediatePropagation();
    if (opened.readyState !== EventSource.CLOSED) return;
    setTimeout(() => opened === stream && follow(), pause * (0.5 + Math.random()));
    pause = Math.min(2 * pause, LONGEST);
  });
  opened.addEventListener("open", () => { pause = FIRST; });
  if (document.hidden) opened.close();
  stream = opened;
  return opened;
};

function follow() {
  const page = document.querySelector(FOLLOWS);
  if (page && stream && !document.hidden) htmx.trigger(page, "htmx:afterProcessNode");
}

// A browser has six connections to a host: a page nobody looks at gives its own back, and takes it again when it is shown.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stream?.close();
  else follow();
});

// It stays as it is while the service is away or nobody is signed in any more.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.matches(FOLLOWS) && (xhr.status !== 200 || new URL(xhr.responseURL).pathname === "/sign-in")) event.detail.shouldSwap = false;
});
