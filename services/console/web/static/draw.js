// 双随机收据的核对: the same as verify_draw.py, in the reader's own browser.
// H(a, b, …) is SHA-256 of the texts with byte 0x1f between them. seed = H(secret, public value, announcement hash).
import { checks, hexadecimal, take } from "./verdicts.js";

const ALGORITHM = "shenguan-draw-1";
const encoded = (text) => new TextEncoder().encode(text);
const sha256 = async (bytes) => hexadecimal(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
export const h = (...parts) => sha256(encoded(parts.join("\x1f")));

// The one way to write a value.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort(before).map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

// The order of Python: by code point, not by UTF-16 unit.
function before(one, other) {
  const [a, b] = [[...one], [...other]];
  for (let n = 0; n < Math.min(a.length, b.length); n++) {
    if (a[n] !== b[n]) return a[n].codePointAt(0) - b[n].codePointAt(0);
  }
  return a.length - b.length;
}

const byTicket = ([one, first], [other, second]) => before(one, other) || before(first, second);
const byCard = (one, other) => one.load - other.load || byTicket([one.ticket, one.person], [other.ticket, other.person]);

function put(cards, card) {
  let [low, high] = [0, cards.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byCard(card, cards[middle]) < 0) high = middle;
    else low = middle + 1;
  }
  cards.splice(low, 0, card);
}

// The officers one department sends to each object.
async function deal(row, people, barred, refs, seed) {
  const card = async (load, person) => ({ load, person, ticket: await h(seed, "officer", row.department, String(load), person) });
  const cards = (await Promise.all([...people].map((person) => card(0, person)))).sort(byCard);
  const recused = (ref) => [...(barred.get(ref) ?? [])].filter((person) => people.has(person)).length;
  const teams = new Map();
  for (const ref of [...refs].sort((one, other) => recused(other) - recused(one))) {
    const team = cards.filter(({ person }) => !barred.get(ref)?.has(person)).slice(0, row.officers);
    teams.set(ref, team.map(({ person }) => person));
    for (const each of team) {
      cards.splice(cards.indexOf(each), 1);
      if (each.load + 1 < row.max_load) put(cards, await card(each.load + 1, each.person));
    }
  }
  return teams;
}

const among = (map, key, kind) => map.get(key) ?? map.set(key, new kind()).get(key);

// Every object drawn, with its officers.
export async function draw(pool, seed) {
  const rows = pool.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const [barred, people, tickets] = [new Map(), new Map(), new Map()];
  const drawable = rows.filter((row) => "object" in row);
  const hashes = await Promise.all(drawable.map((row) => h(seed, "object", row.object)));
  drawable.forEach((row, n) => among(tickets, row.certain ? "" : row.class, Array).push([hashes[n], row.object]));
  for (const row of rows) {
    if ("recused" in row) among(barred, row.recused, Set).add(row.inspector);
    else if ("inspector" in row) among(people, row.department, Set).add(row.inspector);
  }
  const chosen = [...(tickets.get("") ?? [])];
  for (const row of rows.filter((each) => "quota" in each)) {
    chosen.push(...(tickets.get(row.class) ?? []).sort(byTicket).slice(0, row.quota));
  }
  const refs = chosen.sort(byTicket).map(([, ref]) => ref);
  const teams = new Map();
  for (const row of rows.filter((each) => "officers" in each)) {
    teams.set(row.department, await deal(row, people.get(row.department) ?? new Set(), barred, refs, seed));
  }
  const officers = (ref) => Object.fromEntries([...teams].map(([code, team]) => [code, team.get(ref)]));
  return [...refs].sort(before).map((ref) => ({ object: ref, officers: officers(ref) }));
}

export function stepsOf(told, pool, script, drawNo) {
  const promised = told.announcement;
  const same = (found, said) => [found === said, [found, said]];
  return {
    page: () => same(promised.draw_no, drawNo),
    announcement: async () => same(await h(canonical(promised)), told.announcement_hash),
    pool: async () => same(await sha256(encoded(await pool())), promised.snapshot),
    algorithm: async () => {
      const found = await sha256(await script());
      return [found === promised.script && promised.algorithm === ALGORITHM, [promised.algorithm, found]];
    },
    secret: async () => same(await h(told.secret), promised.commitment),
    value: () => {
      const form = promised.public_value.form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("#", "[0-9]");
      return [new RegExp(`^${form}$`).test(told.public_value), [told.public_value, promised.public_value.form]];
    },
    seed: async () => same(await h(told.secret, told.public_value, told.announcement_hash), told.seed),
    result: async () => {
      const found = await draw(await pool(), told.seed);
      return [canonical(found) === canonical(told.result), [String(found.length), String(told.result.length)]];
    },
    hash: async () => same(await h(told.result.map((row) => `${canonical(row)}\n`).join("")), told.result_hash),
  };
}

const section = globalThis.document?.querySelector("[data-receipt]");
if (section) {
  const fetched = (address) => fetch(address).then((answer) => (answer.ok ? answer : Promise.reject(new Error(address))));
  checks(section, async (text) => {
    let told = null;
    try {
      told = JSON.parse(text);
    } catch { /* every step says so */ }
    const pool = async () => told.pool ?? (await fetched(section.dataset.pool)).text();
    const script = async () => new Uint8Array(await (await fetched(section.dataset.script)).arrayBuffer());
    await take(section, stepsOf(told ?? {}, pool, script, section.dataset.number));
  });
}
