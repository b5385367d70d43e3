// 网页脚本: keys and focus. Every page works without it.
"use strict";

const body = document.body;

function editing(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement) || row.classList.contains("current"));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  rows.forEach((row) => row.classList.toggle("current", row === next));
  next.querySelector("a").focus();
}

// 勾选: the row one stands on.
function tick() {
  const box = document.querySelector("[data-row].current input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

// 催办: the same form as by hand. The reason comes first, then how many it would be, and at last it is confirmed.
function press() {
  const confirming = document.querySelector("[data-confirm]");
  const part = document.querySelector("[data-press]");
  if (confirming) confirming.focus();
  else if (part) {
    part.querySelector("[value=URGE]").checked = true;
    const reason = part.querySelector("textarea");
    if (reason.value.trim()) part.closest("form").requestSubmit();
    else reason.focus();
  }
}

let going = false;

document.addEventListener("keydown", (event) => {
  if (body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || editing(event.target)) return;
  if (going) {
    going = false;
    const entry = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (entry) entry.click();
    return;
  }
  if (event.key === "?") location.assign("/keys");
  else if (event.key === "g") going = true;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "x") tick();
  else if (event.key === "U" && event.shiftKey) {
    event.preventDefault();
    press();
  } else if (event.key === "/") {
    const search = document.querySelector("[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
});

// A form that was refused: the reader hears why first.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// 退出: drafts of inspections end with the session (draft.js keeps their number); asked first when there are any.
document.querySelectorAll("[data-sign-out]").forEach((form) => form.addEventListener("submit", (event) => {
  if (Number(localStorage.getItem("shenguan-drafts")) && !confirm(form.dataset.signOut)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  localStorage.removeItem("shenguan-drafts");
  indexedDB.deleteDatabase("shenguan-drafts");
}));

// 打印: a button where there are scripts; the browser's own menu does the same.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// What is shown anew stays as open as it was.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", () => {
  unfolded = [...document.querySelectorAll("details[open][id]")].map((each) => each.id);
});
document.addEventListener("htmx:afterSwap", () => unfolded.forEach((id) => {
  const again = document.getElementById(id);
  if (again) again.open = true;
}));

// A form sent twice does nothing twice; the second click is not sent at all.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));
