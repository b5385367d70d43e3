// 网页脚本: keys and focus. Every page works without it.
"use strict";

const body = document.body;

function editing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement) || row.classList.contains("current"));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  rows.forEach((row) => row.classList.toggle("current", row === next));
  next.querySelector("a").focus();
}

// A page that keeps up stays as it is while the service is away, and goes on asking.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.matches("[data-keeps-up]") && event.detail.xhr.status !== 200) event.detail.shouldSwap = false;
});

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
  else if (event.key === "/") {
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

// A form sent twice does nothing twice; the second click is not sent at all.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));
