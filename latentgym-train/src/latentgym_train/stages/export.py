"""Policies as ordinary Transformers folders, which `local/PATH`, vLLM and the hub understand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from latentgym_core.agents.weights.local import no_progress_bars
from latentgym_core.records.whole_files import drafted
from latentgym_core.registry.loading import installed_versions
from latentgym_train.config.config import Config
from latentgym_train.running.faults import serializing
from latentgym_train.stages.job import Job


def export(job: Job, scorer: Any, folder: Path) -> None:
    """Write the policy with its tokenizer and a card; adapters are merged into the weights.

    Args:
        job: What was trained.
        scorer: The prepared module; every process must call.
        folder: Replaced as a whole once the new one is written.

    Raises:
        OSError: It could not be written; what was there stays.
    """
    state = {
        name.removeprefix("causal."): tensor
        for name, tensor in job.accelerator.get_state_dict(scorer).items()
        if name.startswith("causal.")
    }
    if job.accelerator.is_main_process:
        model = job.accelerator.unwrap_model(scorer).causal
        with drafted(folder) as draft, serializing(folder):
            write(model, job.policy.tokenizer, state, draft)
            (draft / "README.md").write_text(card(job.config), "utf-8")
    job.accelerator.wait_for_everyone()


def held_twice(model: Any) -> set[str]:
    """Further names of parameters that a model uses in several places."""
    every, once = (
        {name for name, _ in model.named_parameters(remove_duplicate=remove)}
        for remove in (False, True)
    )
    return every - once


def write(model: Any, tokenizer: Any, state: dict[str, Any], folder: Path) -> None:
    """Write weights and tokenizer."""
    with no_progress_bars():
        if hasattr(model, "merge_and_unload"):
            _merged(model, state).save_pretrained(folder)
        else:
            again = held_twice(model)  # sharding has copied them
            once = {name: tensor for name, tensor in state.items() if name not in again}
            model.save_pretrained(folder, state_dict=once)
    tokenizer.save_pretrained(folder)


def _merged(model: Any, state: dict[str, Any]) -> Any:
    """A copy with its adapters merged, so that training can go on with the original."""
    import copy

    twin = copy.deepcopy(model)
    twin.load_state_dict(state)
    return twin.merge_and_unload()


def card(config: Config) -> str:
    """The README of an exported policy: command, seed, versions."""
    from latentgym_train.config.config_file import format_config

    lines = "\n".join(f"- {name} {version}" for name, version in versions().items())
    return (
        f"---\nlibrary_name: transformers\ntags:\n- latentgym\n- reinforcement-learning\n---\n"
        f"# {config.name}\n\nA policy trained with latentgym-train on sequences of related tasks; "
        f"seed {config.seed}. Play it with `latentgym eval ID --agent "
        f"'local/FOLDER?temperature={config.policy.temperature:g}"
        f"&max_new_tokens={config.policy.max_new_tokens}'`.\n\n"
        f"Made by `latentgym train config.toml` with this configuration:\n\n```toml\n"
        f"{format_config(without_places(config))}```\n\nVersions:\n\n{lines}\n"
    )


def without_places(config: Config) -> Config:
    """A configuration with the names of local files and folders alone, fit to be published."""
    source, sft, compare = config.policy.source, config.sft, config.compare
    if Path(source).expanduser().exists():
        source = Path(source).name
    if sft is not None:
        phases = (evolve(each, trajectories=_names(each.trajectories)) for each in sft.phases)
        sft = evolve(sft, phases=tuple(phases))
    train = (evolve(each, folder=Path(each.folder).name) for each in config.data.train)
    return evolve(
        config,
        policy=evolve(config.policy, source=source),
        data=evolve(config.data, train=tuple(train)),
        sft=sft,
        compare=evolve(compare, also=_names(compare.also)),
    )


def _names(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(Path(each).name for each in paths)


def versions() -> dict[str, str]:
    """Of everything that a run depends on."""
    import importlib.metadata

    others = {name: importlib.metadata.version(name) for name in ("torch", "transformers")}
    return {**installed_versions(), **others}
