"""核对双随机抽查的收据 / verify the receipt of a random draw: python verify_draw.py RECEIPT.json [--pool POOL.jsonl].

Needs Python 3.11 and nothing else; recomputes all and names what was changed. Exit 0: all is true, 1: something is not.
H(a, b, …) is SHA-256 of the texts with byte 0x1f between them. seed = H(secret, public value, announcement hash).
Objects: the certain ones, and of each class as many as its quota, those with the smallest H(seed, "object", object).
Officers, first for the objects most are recused from, then by that hash: who has the fewest objects so far, of equals
the smallest H(seed, "officer", department, objects so far, inspector); nobody who is recused, nobody over max_load.
"""

import argparse
import json
import re
import sys
from bisect import insort
from collections import defaultdict
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

ALGORITHM, SCRIPT = "shenguan-draw-1", sha256(Path(__file__).read_bytes()).hexdigest()
Row = dict[str, Any]


def h(*parts: str) -> str:
    """SHA-256 in hexadecimal."""
    return sha256("\x1f".join(parts).encode()).hexdigest()


def canonical(value: object) -> str:
    """The one way to write a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def deal(row: Row, people: set[str], barred: dict[str, set[str]], refs: list[str], seed: str) -> dict[str, list[str]]:
    """The officers one department sends to each object."""
    cards = sorted((0, h(seed, "officer", row["department"], "0", person), person) for person in people)
    teams = {}
    for ref in sorted(refs, key=lambda ref: -len(barred[ref] & people)):
        team = list(islice((card for card in cards if card[2] not in barred[ref]), row["officers"]))
        teams[ref] = [person for _, _, person in team]
        for load, ticket, person in team:
            cards.remove((load, ticket, person))
            if load + 1 < row["max_load"]:
                insort(cards, (load + 1, h(seed, "officer", row["department"], str(load + 1), person), person))
    return teams


def draw(pool: bytes, seed: str) -> list[Row]:
    """Every object drawn, with its officers."""
    rows = [json.loads(line) for line in pool.splitlines()]
    barred, people, tickets = defaultdict(set), defaultdict(set), defaultdict(list)
    for row in rows:
        if "recused" in row:
            barred[row["recused"]].add(row["inspector"])
        elif "inspector" in row:
            people[row["department"]].add(row["inspector"])
        elif "object" in row:
            tickets["" if row["certain"] else row["class"]].append((h(seed, "object", row["object"]), row["object"]))
    quotas = [(row["class"], row["quota"]) for row in rows if "quota" in row]
    chosen = tickets[""] + [ticket for letter, quota in quotas for ticket in sorted(tickets[letter])[:quota]]
    refs = [ref for _, ref in sorted(chosen)]
    sent = [(row["department"], row) for row in rows if "officers" in row]
    teams = {code: deal(row, people[code], barred, refs, seed) for code, row in sent}
    return [{"object": ref, "officers": {code: team[ref] for code, team in teams.items()}} for ref in sorted(refs)]


def changed(told: Row, pool: bytes, announced: str) -> list[str]:
    """What is not true."""
    promised, published, value = told["announcement"], told["announcement_hash"], told["public_value"]
    digits = re.escape(promised["public_value"]["form"]).replace(r"\#", "[0-9]")
    true = {
        "公告 announcement": h(canonical(promised)) == published and announced in {"", published},
        "抽查池 pool": sha256(pool).hexdigest() == promised["snapshot"],
        "算法 algorithm": [promised["algorithm"], promised["script"]] == [ALGORITHM, SCRIPT],
        "秘密数 secret": h(told["secret"]) == promised["commitment"],
        "公开数 public value": re.fullmatch(digits, value) is not None,
        "种子 seed": h(told["secret"], value, published) == told["seed"],
        "结果 result": sha256(pool).hexdigest() != promised["snapshot"] or draw(pool, told["seed"]) == told["result"],
        "结果哈希 result hash": h("".join(canonical(row) + "\n" for row in told["result"])) == told["result_hash"],
    }
    return [name for name, holds in true.items() if not holds]


def main() -> None:
    """Say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("receipt", type=Path, help="收据 / the receipt")
    parser.add_argument("--pool", type=Path, help="收据没有附上的抽查池 / the pool, when the receipt does not hold it")
    parser.add_argument("--announced", default="", help="当初公布的公告哈希 / the announcement hash as published then")
    given = parser.parse_args()
    told = json.loads(given.receipt.read_bytes())
    wrong = changed(told, given.pool.read_bytes() if given.pool else told.get("pool", "").encode(), given.announced)
    sys.stdout.write(f"不一致 / not true: {'; '.join(wrong)}\n" if wrong else "核对一致 / all is true\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
