"""Writes the base's model card: README.md and the loss curve as SVG, from the run's curve.jsonl and from what held_out.py found.

python card.py pretrain.yaml [--machine "one hour on 2 cores"]
"""

import argparse
import json
import pathlib

import yaml

from held_out import weights_hash


def svg(points: list[tuple[float, float]], width: int = 720, height: int = 260) -> str:
    """Loss over millions of tokens, as one line with a few labels."""
    left, bottom, top = 46, height - 32, 14
    last, highest = max(x for x, _ in points), min(max(y for _, y in points), 5.0)
    place = lambda x, y: (left + (width - left - 12) * x / last, bottom - (bottom - top) * min(y, highest) / highest)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
    ticks = "".join(f'<text x="{left - 6}" y="{place(0, y)[1] + 4:.0f}" text-anchor="end">{y}</text>'
                    f'<path d="M{left} {place(0, y)[1]:.1f}H{width - 12}" stroke="#ddd"/>' for y in range(0, int(highest) + 1))
    marks = "".join(f'<text x="{place(x, 0)[0]:.0f}" y="{bottom + 18}" text-anchor="middle">{x}</text>' for x in range(0, int(last) + 1, 2))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" fill="#444">'
            f'<rect width="100%" height="100%" fill="#fff"/>{ticks}{marks}<polyline points="{line}" fill="none" stroke="#2563eb" stroke-width="1.6"/>'
            f'<text x="{left + 8}" y="{top + 12}">loss on assistant tokens, over millions of tokens read</text></svg>\n')


def table(results: list[dict]) -> str:
    rows = "\n".join(f"| {e['tools']} | {e['universes']} | {1 / e['tools']:.0%} | {e['selection'] / e['universes']:.1%} | {e['schema_valid'] / max(e['called'], 1):.1%} "
                     f"| {e['call'] / max(e['selection'], 1):.1%} | {e['call'] / e['universes']:.1%} |" for e in results)
    return ("| tools on offer | universes | by chance | selection | schema-valid arguments | arguments right, where selection is | whole call |\n"
            "| --: | --: | --: | --: | --: | --: | --: |\n" + rows)


def held_out(folder: pathlib.Path) -> list[dict]:
    """What held_out.py found of these weights, not of others."""
    path = folder / "held-out.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    assert found.get("weights") == weights_hash(folder), f"{path} is not of these weights: run held_out.py {folder} first"
    return found["results"]


def card(records: list[dict], recipe: dict, machine: str) -> str:
    done, shape = records[-1], recipe["shape"]
    curve = "\n".join(f"| {r['tokens'] / 1e6:.2f} | {e['4']['selection']:.0%} / {e['4']['call']:.0%} | {e['8']['selection']:.0%} / {e['8']['call']:.0%} "
                      f"| {e['12']['selection']:.0%} / {e['12']['call']:.0%} | {e['16']['selection']:.0%} / {e['16']['call']:.0%} |" for r in records if r["event"] == "eval" for e in [r["by_tools"]])
    size = pathlib.Path(recipe["export"], "model.safetensors").stat().st_size
    return (pathlib.Path(__file__).parent / "card.md").read_text(encoding="utf8").format(
        parameters=f"{size / 2e6:.2f}", megabytes=f"{size / 1e6:.1f}", tokens=f"{done['tokens'] / 1e6:.2f}", trained=f"{done['trained_tokens'] / 1e6:.2f}", steps=f"{done['step']:,}",
        machine=machine, curve=curve, context_weight=recipe["context_weight"], final=table(held_out(pathlib.Path(recipe["export"]))), **shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe")
    parser.add_argument("--machine", default="a machine with 2 CPU cores, no GPU")
    options = parser.parse_args()
    recipe = yaml.safe_load(pathlib.Path(options.recipe).read_text())
    records = [json.loads(line) for line in (pathlib.Path(recipe["work"]) / "curve.jsonl").read_text().splitlines()]
    assert records[-1]["event"] == "done", "the run has not ended"
    latest = {r["step"]: r for r in records if r["event"] == "step"}  # a resumed run writes some steps twice
    folder = pathlib.Path(recipe["export"])
    (folder / "loss.svg").write_text(svg([(r["tokens"] / 1e6, r["loss"]) for r in sorted(latest.values(), key=lambda r: r["step"])]))
    (folder / "README.md").write_text(card(records, recipe, options.machine), encoding="utf8")


if __name__ == "__main__":
    main()
