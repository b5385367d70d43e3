// 逐步核对的显示: each row of a table of steps says what was found, in words, with the values it was found by.
"use strict";

const MARKS = { yes: "✓", no: "✗", cannot: "？" };

// Browsers give SHA-256 and Ed25519 to pages of https and of this machine alone.
export const able = () => Boolean(globalThis.crypto && crypto.subtle);

export const hexadecimal = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function shown(table, row, verdict, values) {
  const cell = row.querySelector("[data-verdict]");
  cell.className = `verdict verdict-${verdict}`;
  cell.textContent = `${MARKS[verdict]} ${table.dataset[verdict]}`;
  row.querySelector("[data-values]").textContent = values.join("\n");
}

// Take every step there is a row for; ``steps``: name → what it finds, [true, false or null for cannot be told, values].
export async function take(section, steps) {
  const table = section.querySelector("[data-steps]");
  const verdicts = [];
  for (const row of table.querySelectorAll("[data-step]")) {
    let found = [null, []];
    if (able()) found = await Promise.resolve().then(() => steps[row.dataset.step]()).catch(() => [false, []]);
    const verdict = found[0] === null ? "cannot" : found[0] ? "yes" : "no";
    shown(table, row, verdict, found[1]);
    verdicts.push(verdict);
  }
  const told = section.querySelector("[data-told]");
  const whole = verdicts.includes("no") ? "no" : verdicts.includes("cannot") ? "cannot" : "yes";
  told.className = `told told-${whole}`;
  told.textContent = `${MARKS[whole]} ${told.dataset[whole]}`;
  told.hidden = false;
}

// What is checked: the text on the page, and instead of it any file somebody chooses.
export function checks(section, check) {
  const text = section.querySelector("[data-text]");
  const field = section.querySelector("[type=file]");
  section.querySelectorAll("[data-scripted]").forEach((each) => { each.hidden = false; });
  field.addEventListener("change", async () => {
    if (!field.files.length) return;
    text.textContent = await field.files[0].text();
    await check(text.textContent);
  });
  return check(text.textContent);
}
