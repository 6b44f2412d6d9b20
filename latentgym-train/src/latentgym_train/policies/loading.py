"""Make or load the policy that a configuration names."""

import random
import warnings
from pathlib import Path
from typing import Any

from latentgym_core.agents.weights.local import LocalModel
from latentgym_core.errors import LatentGymError, MissingDependencyError, SpecError
from latentgym_train.config.config import Config, PhaseConfig
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.sequences.data import TrainingStream
from latentgym_train.sequences.scripted import make_mixture, play_mixture
from latentgym_train.sequences.streams import Streams

TOKENIZER_SEQUENCES = 600


def load_policy(config: Config, streams: Streams, training: TrainingStream) -> LocalModel:
    """Make or load the policy, with adapters if the configuration asks for them.

    Raises:
        SpecError: There are no such weights, or they do not fit.
        MissingDependencyError: A package is not installed.
    """
    return _adjusted(_base(config, streams, training), config)


def reload_policy(config: Config, folder: Path) -> LocalModel:
    """The policy of a configuration with weights that a stage has exported; adapters are new."""
    return _adjusted(_pretrained(str(folder), config), config)


def _adjusted(policy: LocalModel, config: Config) -> LocalModel:
    settings = config.policy
    check_layers(policy.model.config.get_text_config())
    if settings.chat_template:
        policy.tokenizer.chat_template = settings.chat_template
    _stop_where_replies_end(policy)
    if settings.gradient_checkpointing:
        _save_memory(policy.model)
    if settings.lora_rank:
        return LocalModel(_with_adapters(policy.model, config), policy.tokenizer)
    return policy


def check_layers(config: Any) -> None:
    """Check that a cache of keys and values with holes is enough for a model.

    Raises:
        SpecError: It has sliding-window or recurrent layers.
    """
    kinds = set(getattr(config, "layer_types", None) or ())
    if odd := kinds - {"full_attention"}:
        raise SpecError(
            f"The policy has layers of the kind {', '.join(sorted(odd))}; ragged sampling with a "
            f"kept cache takes models that attend to the whole past in every layer."
        )


def _stop_where_replies_end(policy: LocalModel) -> None:
    """What the chat template writes after a reply ends it: a base model may know another end."""
    end = ChatFormat(policy.tokenizer).following(None)[0]
    if end not in policy.stop_tokens:
        policy.model.generation_config.eos_token_id = sorted({*policy.stop_tokens, end})


def _base(config: Config, streams: Streams, training: TrainingStream) -> LocalModel:
    source = config.policy.source
    if source == "tiny":
        return _tiny(config, streams, training)
    if source == "smollm2":
        return _smollm2()
    return _pretrained(source, config)


def _tiny(config: Config, streams: Streams, training: TrainingStream) -> LocalModel:
    from latentgym_train.policies.phrase_tokenizer import train_tokenizer
    from latentgym_train.policies.tiny import tiny_model

    settings = config.policy
    tokenizer = train_tokenizer(said(config, streams, training), settings.vocabulary)
    model = tiny_model(
        tokenizer,
        hidden_size=settings.hidden_size,
        num_layers=settings.num_layers,
        num_heads=settings.num_heads,
        context=settings.context,
        seed=config.seed,
    )
    return LocalModel(model, tokenizer)


def said(config: Config, streams: Streams, training: TrainingStream) -> list[str]:
    """What environments and players say in sequences of every horizon up to N, or as stored."""
    from latentgym_train.sequences.data import with_horizon

    phases = [phase for phase in (config.sft.phases if config.sft else ()) if phase.players]
    if not phases:
        raise SpecError(
            "A tiny policy learns its words from scripted players: give sft.phases with players."
        )
    texts = []
    for number, row in enumerate(training.rows(0, TOKENIZER_SEQUENCES)):
        env_id = row["env_id"]
        if row.get("tasks") is None:
            num_tasks = streams.registry.complete(env_id).num_tasks
            env_id = with_horizon(env_id, 1 + number % num_tasks, streams.registry)
        phase = phases[number % len(phases)]
        texts += _spoken(streams, {**row, "env_id": env_id}, phase, number)
    return texts


def _spoken(streams: Streams, row: dict[str, Any], phase: PhaseConfig, number: int) -> list[str]:
    from attrs import evolve

    start = evolve(streams, tasks="unrelated").start(row)
    mixture = make_mixture(phase.players, tuple(start.environment.core_envs), streams.registry)
    played = play_mixture(start, mixture, random.Random(f"tokenizer/{number}"))
    return [message["content"] for message in played.messages]


def _smollm2() -> LocalModel:
    import torch

    from latentgym_core.agents.weights.local import require_packages
    from latentgym_core.agents.weights.smollm2 import PACKAGE, load_smollm2

    require_packages("gguf", PACKAGE)
    return load_smollm2("cpu", torch.float32)


def _pretrained(source: str, config: Config) -> LocalModel:
    """Weights that are trained are kept in float32: steps are too small to be seen in bfloat16."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from latentgym_core.agents.weights.local import no_progress_bars

    local = Path(source).expanduser()
    name = str(local) if local.exists() else source
    dtype = "auto" if config.policy.lora_rank else torch.float32
    try:
        with no_progress_bars():
            tokenizer = AutoTokenizer.from_pretrained(name)
            model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype)
    except LatentGymError:
        raise
    except Exception as error:  # a damaged file is answered with an error of any kind
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise SpecError(
            f"The policy {source!r} cannot be loaded ({reason}); policy.source is tiny, smollm2, a "
            f"folder as save_pretrained writes it, or a hub id."
        ) from error
    return LocalModel(model, tokenizer)


def _save_memory(model: Any) -> None:
    """Compute activations again in the backward pass; the method has two names by version."""
    enable = getattr(model, "activation_checkpointing_enable", None)
    if enable is None:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    else:
        enable()


def _with_adapters(model: Any, config: Config) -> Any:
    import torch

    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise MissingDependencyError(
            "LoRA needs the package peft; run `pip install 'latentgym-train[lora]'`."
        ) from error
    adapters = LoraConfig(
        r=config.policy.lora_rank,
        lora_alpha=config.policy.lora_alpha,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        # peft asks the model by a name that Transformers is about to drop.
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*")
        return get_peft_model(model, adapters)
