"""`shenguan draw …` (命令行): random draws of the running supervision service, and the check of a receipt without it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from supervision.cli.asking import (
    DEFAULT_URL,
    Json,
    Url,
    answered,
    ask,
    print_json,
    print_table,
    problem_of,
    tell_problem,
)

app = typer.Typer(name="draw", help="双随机抽查 / random draws", no_args_is_help=True)

DRAWS = "/api/v1/draws"
SCRIPT = Path(__file__).with_name("verify_draw.py")
DrawNo = Annotated[str, typer.Argument(metavar="DRAW", help="抽取编号 / number of the draw")]
By = Annotated[str, typer.Option("--by", help="经办人编号 / code of the person", envvar="SHENGUAN_PERSON")]
_OBJECTS = ("source_system", "object_no", "outcome", "officers")
_SHOWN = 200
_USAGE = 2


@app.command(
    epilog="例 / example: shenguan draw prepare D-2026-1 --plan FOOD-2026 --entry E1 --source '双色球 2026023 期' "
    "--form '## ## ## ## ## ##' --at 2026-03-03T21:30:00+08:00 --by P-01"
)
def prepare(
    draw_no: DrawNo,
    plan: Annotated[str, typer.Option(help="计划编号 / plan")],
    entry: Annotated[str, typer.Option(help="计划项 / entry of the plan")],
    source: Annotated[str, typer.Option(help="公开数的来源 / where the public value comes from")],
    form: Annotated[str, typer.Option(help="公开数的写法，# 是一位数字 / how it is written, # is a digit")],
    at: Annotated[str, typer.Option(help="公开数产生的时刻，带时区 / when it becomes public, with its offset")],
    by: By,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """冻结抽查池并公告；请在公开数产生之前记下公告哈希 / freeze the pool and announce the draw."""
    value = {"source": source, "form": form, "at": at}
    told = {"draw_no": draw_no, "plan_no": plan, "entry": entry, "by": by, "public_value": value}
    _tell(ask("POST", url, DRAWS, json=told), as_json=as_json)


@app.command(
    epilog="例 / example: shenguan draw run D-2026-1 --value '03 08 11 19 24 30' --witness P-02 --by P-01 "
    "--looked-up https://lottery.example/2026023"
)
def run(
    draw_no: DrawNo,
    value: Annotated[str, typer.Option(help="公开数，按公告的写法 / the public value as announced")],
    witness: Annotated[str, typer.Option(help="监督人编号，须为另一人 / code of somebody else who watches")],
    by: By,
    looked_up: Annotated[str, typer.Option(help="公开数的出处 / where it can be looked up")] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """用公开数抽取，只进行一次 / draw with the public value, once."""
    told = {"value": value, "witness": witness, "by": by, "looked_up": looked_up}
    _tell(ask("POST", url, f"{_one(draw_no)}:run", json=told), as_json=as_json)


@app.command(epilog="例 / example: shenguan draw cancel D-2026-1 --reason 名录有误 --by P-01")
def cancel(
    draw_no: DrawNo,
    reason: Annotated[str, typer.Option(help="原因 / why")],
    by: By,
    witness: Annotated[str, typer.Option(help="监督人，公开数产生之后须有 / needed once the value is public")] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """取消一次抽取，原因公开 / cancel a draw, for all to see."""
    told = {"reason": reason, "by": by, "witness": witness}
    _tell(ask("POST", url, f"{_one(draw_no)}:cancel", json=told), as_json=as_json)


@app.command(
    epilog="例 / example: shenguan draw replace D-2026-1 scjg JY164020200001 --department DEMO-FOOD --officer ZF-7 "
    "--reason 近亲属经营 --witness P-02 --by P-01 --receipt D-2026-1.R1.json"
)
def replace(
    draw_no: DrawNo,
    source_system: Annotated[str, typer.Argument(metavar="SOURCE", help="来源系统 / source system")],
    object_no: Annotated[str, typer.Argument(metavar="OBJECT", help="对象编号 / object number")],
    department: Annotated[str, typer.Option(help="部门 / department")],
    officer: Annotated[str, typer.Option(help="不能前往的执法人员 / the officer who does not go")],
    reason: Annotated[str, typer.Option(help="原因 / why")],
    witness: Annotated[str, typer.Option(help="监督人编号，须为另一人 / code of somebody else who watches")],
    by: By,
    receipt: Annotated[
        Path | None, typer.Option(help="收据写到哪个文件 / file for its receipt", dir_okay=False)
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """更换一名抽中的执法人员：由同一秘密数与公开数再抽一名 / replace an officer who was drawn, by a small draw."""
    named = {"source_system": source_system, "object_no": object_no, "department": department, "officer": officer}
    said = named | {"reason": reason, "witness": witness, "by": by}
    made = ask("POST", url, f"{_one(draw_no)}/replacements", json=said)
    if receipt:
        receipt.write_text(json.dumps(made["receipt"], ensure_ascii=False), encoding="utf-8")
    if as_json:
        return print_json(made)
    return typer.echo(f"{draw_no}.R{made['number']} {object_no}：{made['officer']} → {made['successor']}")


@app.command(epilog="例 / example: shenguan draw show D-2026-1")
def show(draw_no: DrawNo, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """查看一次抽取：公告、结果、抽中对象 / show a draw with what was drawn."""
    found = ask("GET", url, _one(draw_no))
    drawn = ask("GET", url, f"{_one(draw_no)}/objects", params={"limit": _SHOWN})["items"]
    if as_json:
        return print_json(found | {"drawn": drawn})
    _tell(found, as_json=False)
    rows = [row | {"officers": json.dumps(row["officers"], ensure_ascii=False)} for row in drawn]
    return print_table(f"抽中对象 / objects drawn（≤ {_SHOWN}）", _OBJECTS, rows)


@app.command(epilog="例 / example: shenguan draw receipt D-2026-1 receipt.json --pool pool.jsonl")
def receipt(
    draw_no: DrawNo,
    file: Annotated[Path, typer.Argument(help="写到哪个文件 / file to write", dir_okay=False)],
    pool: Annotated[Path | None, typer.Option(help="抽查池写到哪个文件 / file for the pool", dir_okay=False)] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """取一次抽取的收据，以及抽查池 / fetch the receipt of a draw, and its pool."""
    written = {file: f"{_one(draw_no)}/receipt"} | ({pool: f"{_one(draw_no)}/pool"} if pool else {})
    for target, path in written.items():
        answer = answered("GET", url, path)
        if not answer.is_success:
            tell_problem(problem_of(answer))
            raise typer.Exit(1)
        target.write_bytes(answer.content)
    if as_json:
        return print_json({"files": [str(target) for target in written]})
    return typer.echo("\n".join(f"已写入 / written: {target}" for target in written))


@app.command(epilog="例 / example: shenguan draw verify receipt.json --announced 5d0c…")
def verify(
    file: Annotated[Path, typer.Argument(help="收据 / the receipt", exists=True, dir_okay=False)],
    pool: Annotated[
        Path | None, typer.Option(help="收据没有附上的抽查池 / the pool", exists=True, dir_okay=False)
    ] = None,
    announced: Annotated[str, typer.Option(help="当初公布的公告哈希 / the announcement hash as published then")] = "",
    as_json: Json = False,
) -> None:
    """离线核对收据：重新抽取一遍，指出被改动的是什么；不一致为 1 / recompute a receipt without the service; 1 when it is not true."""
    _require_receipt(file, pool)
    options = [*(["--pool", str(pool)] if pool else []), *(["--announced", announced] if announced else [])]
    done = subprocess.run(  # noqa: S603 - the script this package ships
        [sys.executable, "-I", str(SCRIPT), str(file), *options], check=False, capture_output=True, text=True
    )
    if as_json:
        print_json({"true": done.returncode == 0, "said": done.stdout.strip()})
    else:
        typer.echo(done.stdout.strip() or done.stderr.strip())
    raise typer.Exit(done.returncode)


def _require_receipt(file: Path, pool: Path | None) -> None:
    try:
        told = json.loads(file.read_bytes())
    except ValueError:
        told = None
    if not isinstance(told, dict) or "announcement" not in told:
        said = "这不是抽取的收据 / this is not the receipt of a draw"
    elif pool is None and "pool" not in told:
        said = "收据没有附抽查池，请用 --pool 指明 / the receipt does not hold the pool; name it with --pool"
    else:
        return
    typer.echo(said, err=True)
    raise typer.Exit(_USAGE)


def _one(draw_no: str) -> str:
    return f"{DRAWS}/{quote(draw_no, safe='')}"


def _tell(draw: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        return print_json(draw)
    told, value = draw["announcement"], draw["announcement"]["public_value"]
    lines = [
        f"{draw['draw_no']} {draw['state']}：{draw['plan_no']}/{draw['entry']}，{draw['objects']} → {draw['quota']}",
        f"公开数 / public value: {value['source']} {value['form']} {value['at']}",
        f"快照 / snapshot: {told['snapshot']}",
        f"公告哈希 / announcement hash: {draw['announcement_hash']}",
        *(f"{name}: {draw[name]}" for name in ("value", "secret", "seed", "result_hash", "reason") if draw.get(name)),
    ]
    return typer.echo("\n".join(lines))
