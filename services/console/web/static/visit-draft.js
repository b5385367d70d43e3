// 草稿与离线: the inspection page keeps what is filled in and opens without a network. Without scripts it is a plain form.
"use strict";

const report = document.querySelector("#report");
const photos = document.querySelector("[data-photos]");
const notice = document.querySelector("#draft");
const { task, person, name } = report.dataset;
let draft = { task, person, name, at: 0, fields: [], photos: [], wanted: false };
let busy = false;

function tell(text, { send = false, drop = false } = {}) {
  notice.hidden = false;
  notice.querySelector("[data-told]").textContent = text;
  notice.querySelector("[data-send]").hidden = !send;
  notice.querySelector("[data-drop]").hidden = !drop;
}

const filled = () => [...new FormData(report)].filter(([field]) => field !== "form");

// One after the other, so that an older state never overwrites a newer one.
let keeping = Promise.resolve();
function keep(changes = {}) {
  draft = { ...draft, at: Date.now(), fields: filled(), ...changes };
  const state = draft;
  keeping = keeping.then(() => Drafts.keep(state));
  return keeping;
}

function restore(fields) {
  const values = new Map();
  for (const [field, value] of fields) values.set(field, [...(values.get(field) || []), value]);
  for (const field of report.elements) {
    if (!field.name || field.name === "form") continue;
    const kept = values.get(field.name) || [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.includes(field.value);
    else if (kept.length && field.name !== "line") field.value = kept[0];
  }
  report.dispatchEvent(new CustomEvent("restored"));
}

function showPhotos() {
  const list = photos.querySelector("[data-kept]");
  list.replaceChildren(...draft.photos.map((file) => {
    const [item, picture] = [document.createElement("li"), document.createElement("img")];
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    item.append(picture);
    return item;
  }));
  if (draft.photos.length) tell(`${notice.dataset.pictures}${draft.photos.length}`);
}

// Each photo alone, so that what has arrived is not sent again when the network goes away in between.
async function sendPhotos() {
  while (draft.photos.length) {
    const body = new FormData();
    body.set("form", report.elements.form.value);
    body.append("photos", draft.photos[0]);
    const answer = await fetch(photos.action, { method: "POST", body, redirect: "manual" });
    if (answer.status === 401) throw new Error(notice.dataset.signedOut);
    if (answer.type !== "opaqueredirect") throw new Error((await refusal(answer)) || answer.statusText);
    await keep({ photos: draft.photos.slice(1) });
    showPhotos();
  }
}

async function refusal(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(".fault-summary p, .lead")?.textContent;
}

async function send() {
  if (busy) return;
  busy = true;
  try {
    await keep({ wanted: true });
    if (!navigator.onLine) throw new TypeError("offline");
    await sendPhotos();
    report.submit(); // the answer is a page: the task, or this one saying what is missing
  } catch (fault) {
    tell(fault instanceof TypeError ? notice.dataset.waiting : fault.message, { send: navigator.onLine });
    busy = false;
  }
}

report.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  send();
});

photos.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation();
  const field = photos.querySelector("[type=file]");
  await keep({ photos: [...draft.photos, ...field.files] });
  field.value = "";
  showPhotos();
  try {
    await sendPhotos();
    location.reload();
  } catch (fault) {
    if (!(fault instanceof TypeError)) {
      await keep({ photos: [] }); // refused for what it is: kept, it would be refused for ever
      showPhotos();
      tell(fault.message);
    }
  }
});

report.addEventListener("input", () => keep({ wanted: false }));
window.addEventListener("offline", () => tell(notice.dataset.offline));
window.addEventListener("online", () => (draft.wanted ? send() : (notice.hidden = true)));
window.addEventListener("pageshow", () => (busy = false));
notice.querySelector("[data-send]").addEventListener("click", () => report.requestSubmit());
notice.querySelector("[data-drop]").addEventListener("click", async () => {
  await keeping;
  await Drafts.drop(task);
  location.replace(location.pathname);
});

async function begin() {
  await Drafts.dropOld();
  const kept = await Drafts.of(task);
  if (kept && kept.person === person) {
    draft = { ...kept, wanted: kept.wanted && !("typed" in report.dataset) };
    if ("typed" in report.dataset) keep(); // the server has answered to what was sent: that is newer
    else {
      restore(draft.fields);
      const at = new Date(draft.at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Shanghai", hour12: false });
      tell(`${notice.dataset.restored} ${at}`, { drop: true, send: draft.wanted });
    }
    if (draft.photos.length) showPhotos();
  }
  if (!navigator.onLine) tell(draft.wanted ? notice.dataset.waiting : notice.dataset.offline);
  else if (location.search === "?unsent") tell(notice.dataset.waiting, { send: true });
}

// The page as it is now, with its scripts and styles, for the next time without a network.
async function opensOffline() {
  if (!("serviceWorker" in navigator) || !navigator.onLine) return;
  const files = [...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((each) => each.src || each.href);
  await caches.delete(`visit-${task}`);
  await (await caches.open(`visit-${task}`)).addAll([`/tasks/${task}/visit`, ...files]);
  await navigator.serviceWorker.register("/visit-worker.js", { scope: `/tasks/${task}/visit` });
}

begin().then(opensOffline).catch((fault) => console.warn("draft", fault));
