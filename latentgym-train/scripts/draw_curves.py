"""Draw the reward of every arm of finished comparisons during training, as one SVG.

    python latentgym-train/scripts/draw_curves.py docs/images/estimators.svg runs/seed0 runs/seed1

Each folder is the `--out` of a `--compare`, one seed each: lines are means over the folders, bands
reach from the lowest to the highest. Needs what latentgym-viz needs, and vl-convert-python.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from latentgym_train.comparison.arms import BASE
from latentgym_train.running.folder import TrainingFolder

WINDOW = 5  # iterations averaged, since each is one noisy batch
COLOURS = ("#3d86c4", "#c2663a", "#4a9a68", "#8a6fc0", "#b08a1e", "#6f7780")


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("image", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--name", action="append", default=[], help="ARM=NAME IN THE LEGEND")
    parsed = parser.parse_args(arguments)
    names = dict(each.split("=", 1) for each in parsed.name)
    parsed.image.parent.mkdir(parents=True, exist_ok=True)
    figure([row for folder in parsed.folders for row in rows(folder, names)]).save(parsed.image)


def rows(folder: Path, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The smoothed reward of a sequence, arm by arm and iteration by iteration."""
    for log in sorted(folder.glob("*/*/log.jsonl")):
        arm = log.parent.name
        steps = [each for each in TrainingFolder(log.parent).read_log() if each["stage"] == "rl"]
        for end in range(WINDOW, len(steps) + 1) if arm != BASE else ():
            rewards = [step["reward"] for step in steps[end - WINDOW : end]]
            yield {
                "arm": names.get(arm, arm),
                "seed": str(folder),
                "iteration": steps[end - 1]["step"],
                "reward": sum(rewards) / WINDOW,
            }


def figure(data: list[dict[str, Any]]) -> alt.LayerChart:
    """Lines with bands."""
    arms = sorted({row["arm"] for row in data})
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("iteration:Q", title=f"iteration (mean of {WINDOW})", axis=alt.Axis(grid=False)),
        color=alt.Color("arm:N", title=None, scale=alt.Scale(domain=arms, range=COLOURS)),
    )
    reward = "reward of a sequence, sampled"
    band = base.mark_area(opacity=0.15).encode(
        y=alt.Y("min(reward):Q", title=reward, scale=alt.Scale(zero=False)), y2="max(reward):Q"
    )
    line = base.mark_line(strokeWidth=2).encode(y=alt.Y("mean(reward):Q", title=reward))
    chart: alt.LayerChart = (
        alt.layer(band, line)
        .properties(width=620, height=340, background="white")
        .configure_view(stroke=None)
        .configure_axis(domainColor="#999", tickColor="#999", gridColor="#eee")
    )
    return chart


if __name__ == "__main__":
    main()
