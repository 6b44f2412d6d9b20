"""Write the page of several finished comparisons of one recipe, a seed each.

    latentgym train tiny-number-guessing --compare --seed 0 --out runs/seed0     # 1, 2 ...
    python latentgym-train/scripts/report_seeds.py tiny-number-guessing runs/seed* > page.md

Every number is read from the tables that the command wrote; those follow, as they are. A comparison
whose configuration is not the recipe's as it stands is refused.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from latentgym_core.registry.registry import load_registry
from latentgym_train.comparison.arms import BASE
from latentgym_train.comparison.checks import check_unchanged
from latentgym_train.comparison.comparing import make_setting
from latentgym_train.config.config_file import load_config
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.stages.export import versions

TITLE = re.compile(r"(?m)^\*\*(.+)\*\*$")
ROW = re.compile(r"\| (?P<arm>[^|]+) \| (?P<total>-?[\d.]+) \[.*?\] \| (?P<gain>[+-][\d.]+) \[")


@frozen
class Comparison:
    """What one `--compare` has written."""

    folder: Path
    seed: int

    @property
    def text(self) -> str:
        """All tables."""
        return (self.folder / "comparison.md").read_text("utf-8").strip()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the page that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recipe")
    parser.add_argument("folders", type=Path, nargs="+")
    parsed = parser.parse_args(arguments)
    found = [Comparison(each, seed_of(parsed.recipe, each)) for each in parsed.folders]
    sys.stdout.write("\n".join(page(parsed.recipe, found)) + "\n")


def seed_of(recipe: str, folder: Path) -> int:
    """The seed of a comparison, once every arm is known to be the recipe's.

    Raises:
        SpecError: An arm was trained otherwise.
    """
    registry, found = load_registry(), load_config(recipe)
    seed = TrainingFolder(folder / recipe / BASE).config().seed
    for name in (recipe, *found.compare.also):
        setting = make_setting(name, load_config(name, {"seed": seed}), folder / name, registry)
        for arm in setting.arms:
            check_unchanged(setting.run(arm.name), arm)
    return seed


def page(recipe: str, found: Sequence[Comparison]) -> Iterator[str]:
    """Commands, a summary, and every table."""
    yield from ("## Commands\n", "```bash")
    for each in found:
        yield f"latentgym train {recipe} --compare --seed {each.seed} --out runs/seed{each.seed}"
    yield "```\n"
    yield f"Versions: {_joined(versions())}.\n"
    yield "## Summary\n"
    yield from summary(found)
    for each in found:
        yield f"\n## Seed {each.seed}\n\n{_spaced(each.text)}"


def summary(found: Sequence[Comparison]) -> Iterator[str]:
    """Cumulative reward and gain of every arm, a table for each table of the comparisons."""
    for title, arms in _numbers(found[0].text):
        head = " | ".join(f"seed {each.seed}" for each in found)
        yield f"\n**{title}**: cumulative reward, gain in brackets\n\n| | {head} |"
        yield "| --- |" + " ---: |" * len(found)
        for arm in arms:
            numbers = [dict(_numbers(each.text))[title][arm] for each in found]
            yield f"| {arm} | " + " | ".join(f"{t} ({g})" for t, g in numbers) + " |"


def _numbers(text: str) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Title of every table, and total and gain of its arms."""
    _, *parts = TITLE.split(text)
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        yield title, {row["arm"]: (row["total"], row["gain"]) for row in ROW.finditer(body)}


def _spaced(text: str) -> str:
    """Notes of a table as a list, so that they stay on lines of their own."""
    noted = re.sub(r"(?m)^(?=cross-task[ ,]|History use,)", "* ", text)
    return noted.replace("intervals over sequences.\n", "intervals over sequences.\n\n")


def _joined(numbers: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


if __name__ == "__main__":
    main()
