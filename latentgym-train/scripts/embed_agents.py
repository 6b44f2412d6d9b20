"""Write the agents that come with the package, from a finished comparison.

    latentgym train tiny-number-guessing --compare --seed 0 --out runs/embedded
    python latentgym-train/scripts/embed_agents.py runs/embedded

The policies of the arms base, single-task and cross-task become `local/tiny-base` and so on, in
src/latentgym_train/agents: weights rounded to float16, the sampling settings of training, and a
model card made of the run's own configuration, versions and evaluation. A comparison whose
configuration is not the recipe's as it stands is refused, so that the command on the card repeats.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentgym_core.agents.weights.local import no_progress_bars
from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.metrics import Estimate
from latentgym_core.metrics.rendering.tables import Table, as_markdown, with_interval
from latentgym_core.records.whole_files import drafted
from latentgym_core.registry.registry import load_registry
from latentgym_train.comparison.arms import BASE, CROSS, SINGLE, Arm
from latentgym_train.comparison.checks import check_unchanged
from latentgym_train.comparison.comparing import Setting, make_setting
from latentgym_train.config.config import Config
from latentgym_train.config.config_file import load_config
from latentgym_train.embedded import AGENTS
from latentgym_train.running.folder import TrainingFolder

MOST_BYTES = 2_000_000  # of all folders together
HOW_IT_WAS_LOADED = {"backend", "is_local", "local_files_only"}  # no property of a tokenizer
STORIES = {
    BASE: (
        "It imitated scripted players, and no more. Early in its training it learned that an old "
        "number can be repeated, then to play without that habit: it plays by the rules and does "
        "not look back at earlier tasks."
    ),
    SINGLE: (
        "It began as `local/tiny-base` and went on by reinforcement on sequences of one task, as "
        "many tasks in all as `local/tiny-cross-task`. It learned to play a task better; while it "
        "was reinforced it never saw a second one, and it does not look back at earlier tasks."
    ),
    CROSS: (
        "It began as `local/tiny-base` and went on by reinforcement on whole sequences of related "
        "tasks. It learned to find out in the early tasks what they share, and to use it in the "
        "later ones, also for hidden values that training never showed."
    ),
}
"""What became of each arm; the arms that are embedded."""
CARD = """\
---
library_name: transformers
license: mit
tags:
- latentgym
- reinforcement-learning
---
# {name}

A language model of {parameters:,} parameters, trained from scratch to play `{core_env}` in LatentGym.
{story}

    latentgym eval '{env}' --agent local/{name}

It samples with temperature {temperature:g} and writes up to {max_new_tokens} tokens, as in training, unless the agent's parameters say else.

## Training

`latentgym train {recipe} --compare --seed {seed}`, arm `{arm}` (seed {seed}; the recipe comes with latentgym-train).
All text comes from LatentGym's own environments and scripted players. {held_out}

Versions:

{versions}

The weights are those of the run, rounded to float16.

## Evaluation

Of the run itself, with float32 weights, on sequences of the test stream; every agent plays the same ones. Means with 95 % bootstrap
intervals over sequences; gain is the reward of the last task minus that of the first.

{tables}

## Use and limits

Meant for examples, tests and teaching: three models of one size and one budget that differ in what they were trained on. It knows no English beyond
the messages of this game, so that its replies in other core envs, or with other ranges of numbers, mean nothing. It says nothing about what larger
language models can do.

MIT licence, as LatentGym itself.
"""


def main() -> None:
    """Write the folders and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("comparison", type=Path, help="The --out of the comparison.")
    parser.add_argument("--recipe", default="tiny-number-guessing", help="Of those compared.")
    given = parser.parse_args()
    try:
        setting = finished_setting(given.comparison, given.recipe)
    except LatentGymError as error:
        sys.exit(str(error))
    tables = results(setting)
    for arm in setting.arms:
        if arm.name in STORIES:
            embed(setting, arm, tables)
    total = sum(file.stat().st_size for file in AGENTS.rglob("*") if file.is_file())
    print(f"{AGENTS}: {total:,} bytes of {MOST_BYTES:,}.")  # noqa: T201
    sys.exit(total > MOST_BYTES)


def finished_setting(comparison: Path, recipe: str) -> Setting:
    """The recipe's part of a comparison.

    Raises:
        SpecError: An arm is not finished, or was not made by the recipe as it stands.
    """
    folder = comparison / recipe
    seed = TrainingFolder(folder / BASE).config().seed
    setting = make_setting(recipe, load_config(recipe, {"seed": seed}), folder, load_registry())
    for arm in setting.arms:
        run = setting.run(arm.name)
        if arm.name not in STORIES:
            continue
        if not (run.path / "evaluation.json").is_file():
            raise SpecError(f"{run.path} is not finished; repeat the command of the comparison.")
        check_unchanged(run, arm)
    return setting


def embed(setting: Setting, arm: Arm, tables: str) -> None:
    """Write the folder of an arm."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    policy, name = setting.run(arm.name).policy, agent_name(arm.name)
    trained = arm.config.policy
    sampling = {"temperature": trained.temperature, "max_new_tokens": trained.max_new_tokens}
    with no_progress_bars(), drafted(AGENTS / name) as draft:
        model = AutoModelForCausalLM.from_pretrained(policy, dtype=torch.float16)
        model.generation_config.update(**sampling, do_sample=True)
        model.save_pretrained(draft)
        AutoTokenizer.from_pretrained(policy).save_pretrained(draft)
        spell_for_all(draft / "tokenizer_config.json")
        card = CARD.format(
            name=name,
            parameters=model.num_parameters(),
            story=STORIES[arm.name],
            core_env=setting.config.data.train[0].env.partition("/")[0],
            env=setting.config.data.train[0].env,
            **sampling,
            recipe=setting.name,
            seed=setting.config.seed,
            arm=arm.name,
            held_out=held_out(setting.config),
            versions=(policy / "README.md").read_text("utf-8").partition("Versions:")[2].strip(),
            tables=tables,
        )
        (draft / "README.md").write_text(card, "utf-8")


def spell_for_all(file: Path) -> None:
    """Spell a tokenizer's settings as Transformers 4 does, which 5 reads as well."""
    settings = json.loads(file.read_text("utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    settings["additional_special_tokens"] = settings.pop("extra_special_tokens", [])
    told = {key: settings[key] for key in sorted(settings) if key not in HOW_IT_WAS_LOADED}
    file.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def agent_name(arm: str) -> str:
    """The agent made of an arm."""
    return f"tiny-{arm}"


def held_out(config: Config) -> str:
    """Which hidden values training never showed."""
    holdout = config.data.holdout
    validation, test = (" or ".join(map(str, each)) for each in (holdout.validation, holdout.test))
    return (
        f"Hidden values z whose numbers sum to {test} modulo {holdout.modulus} were kept for the "
        f"test stream, {validation} for validation; training never showed them."
    )


def results(setting: Setting) -> str:
    """A table for each environment that the runs were evaluated on, an agent a row."""
    summaries = {arm: _summaries(setting, arm) for arm in STORIES}
    return "\n\n".join(
        as_markdown(_table(env_id, {arm: each[env_id] for arm, each in summaries.items()}))
        for env_id in summaries[BASE]
    )


def _summaries(setting: Setting, arm: str) -> dict[str, Any]:
    report = json.loads((setting.run(arm).path / "evaluation.json").read_text("utf-8"))
    return {each["group"]: each for each in report["summaries"]}


def _table(env_id: str, summaries: Mapping[str, Any]) -> Table:
    first = summaries[BASE]
    curve = tuple(f"r{index + 1}" for index in range(first["num_tasks"]))
    rows = tuple(_row(arm, each) for arm, each in summaries.items())
    title = f"`{env_id}`, {first['num_sequences']} sequences"
    return Table(title=title, header=("", "cumulative", "gain", *curve, "invalid"), rows=rows)


def _row(arm: str, summary: Mapping[str, Any]) -> tuple[str, ...]:
    measures = {name: Estimate(**each) for name, each in summary["measures"].items()}
    return (
        f"local/{agent_name(arm)}",
        with_interval(measures["cumulative_reward"], ".2f"),
        with_interval(measures["gain"], ".2f", signed=True),
        *(format(each["value"], ".2f") for each in summary["by_task"]["reward"]),
        format(measures["invalid_share"].value, ".1%"),
    )


if __name__ == "__main__":
    main()
