// 公示凭证的核对: the same as verify_result.py, in the reader's own browser.
// leaf = H(00 ‖ leaf); node = H(01 ‖ left ‖ right); block = H(02 ‖ fields, each with its length before it, 4 bytes).
import { sm3 } from "./sm3.js";
import { checks, hexadecimal, take } from "./verdicts.js";

const WIDTH = 32;
const FEW = 3; // blocks that are shown one by one
const HASHES = {
  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
  sm3: async (bytes) => sm3(bytes),
};
const encoded = (text) => new TextEncoder().encode(text);
const unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function unhexadecimal(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function fields(...values) {
  const lengths = values.map((value) => {
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, value.length);
    return new Uint8Array(length.buffer);
  });
  return joined(...values.flatMap((value, n) => [lengths[n], value]));
}

// Where a leaf's path leads (RFC 9162, 2.1.3.2); empty when there is no such path.
export async function root(name, leaf, position, size, path) {
  let node = await HASHES[name](joined(Uint8Array.of(0), leaf));
  let [at, last] = [position, size - 1];
  for (let n = 0; n < path.length; n += WIDTH) {
    const beside = path.slice(n, n + WIDTH);
    if (last === 0) return "";
    if (at % 2 || at === last) {
      node = await HASHES[name](joined(Uint8Array.of(1), beside, node));
      while (at % 2 === 0 && at) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      node = await HASHES[name](joined(Uint8Array.of(1), node, beside));
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hexadecimal(node) : "";
}

export async function blockHash(name, service, block) {
  const { list, previous, root: top } = block[name];
  const said = [String(block.no), block.at].map(encoded);
  const more = [unhexadecimal(list), encoded(block.before), encoded(String(block.count))];
  const whole = fields(encoded("audit_block"), encoded(service), ...said, ...more, ...[previous, top].map(unhexadecimal));
  return hexadecimal(await HASHES[name](joined(Uint8Array.of(2), whole)));
}

// What is signed: the name of the statement, and every part with its length before it (DSSE).
function statement(head) {
  const parts = [...["service", "no", "block", "at"].map((part) => encoded(String(head[part]))), ...["sha256", "sm3"].map((name) => unhexadecimal(head[name]))];
  return joined(encoded("DSSEv1 19 shenguan-audit-head"), ...parts.flatMap((part) => [encoded(` ${part.length} `), part]));
}

async function signed(head, keys) {
  const key = keys.find((each) => each.key_id === head.key_id && each.algorithm === head.algorithm && each.service === head.service);
  if (!key) return [false, [head.key_id]];
  if (head.algorithm !== "ed25519") return [null, [head.algorithm, head.key_id]];
  let known;
  try {
    known = await crypto.subtle.importKey("raw", unbase64(key.public_key), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return [null, [head.key_id]]; // this browser has no Ed25519
  }
  return [await crypto.subtle.verify("Ed25519", known, unbase64(head.signature), statement(head)), [head.key_id, head.at]];
}

export function stepsOf(proof, shown, keys) {
  const { blocks, head } = proof;
  const leaf = () => JSON.parse(proof.leaf);
  const steps = {
    content: () => [leaf().publication_no === shown.number && leaf().version === Number(shown.version), [leaf().publication_no, String(leaf().version)]],
    signature: () => signed(head, keys),
  };
  for (const name of Object.keys(HASHES)) {
    steps[`leaf-${name}`] = async () => {
      const found = await root(name, encoded(proof.leaf), proof.position, blocks[0].count, unbase64(proof.path[name]));
      return [found !== "" && found === blocks[0][name].root, [found, blocks[0][name].root]];
    };
    steps[`chain-${name}`] = async () => {
      const found = await Promise.all(blocks.map((block) => blockHash(name, proof.service, block)));
      const linked = blocks.slice(1).every((block, n) => block[name].previous === found[n]);
      const told = blocks.map((block, n) => `${block.no}: ${found[n]}`);
      return [linked, told.length > FEW ? [told[0], `… ${told.length}`, told[told.length - 1]] : told];
    };
    steps[`head-${name}`] = async () => {
      const newest = blocks[blocks.length - 1];
      const found = await blockHash(name, proof.service, newest);
      const same = found === head[name] && newest.no === head.block && proof.service === head.service;
      return [same, [found, head[name]]];
    };
  }
  return steps;
}

const section = document.querySelector("[data-proof]");
if (section) {
  checks(section, async (text) => {
    let proof = null;
    try {
      proof = JSON.parse(text);
    } catch { /* every step says so */ }
    await take(section, stepsOf(proof ?? {}, section.dataset, JSON.parse(section.dataset.keys)));
  });
}
