"""Models in this process: `local/PATH`, and what a plugin registers as `local/NAME`.

A plugin offers weights of its own by registering an agent named `local/NAME` whose factory takes
the parameters of `LocalSettings` and returns `LocalAgent(load, local_settings(parameters))`; the
module `smollm2` is an example.
"""

import importlib.util
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field, frozen
from attrs.validators import in_, instance_of

from latentgym_core.agents.reasoning import split_reasoning
from latentgym_core.agents.weights.serial_worker import SerialWorker
from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.contract.validators import number, whole_number
from latentgym_core.errors import (
    AgentError,
    ContextOverflowError,
    LatentGymError,
    MissingDependencyError,
    SpecError,
)
from latentgym_core.records.trajectory import Usage
from latentgym_core.registry.parameters import Scalar, check_names, refusal
from latentgym_core.wording import counted

if TYPE_CHECKING:
    import torch

    from latentgym_core.agents.weights.generation import Generation
    from latentgym_core.agents.weights.kv_cache import ConversationCache

DTYPES = ("auto", "float32", "bfloat16", "float16", "float64")
LOADING = threading.Lock()
"""Transformers makes a model under settings of the whole process, so one is made at a time."""


@frozen(kw_only=True)
class LocalSettings:
    """The parameters of every local agent.

    Attributes:
        device: A torch device; `auto` is the first GPU, or the CPU where there is none.
        dtype: Of the weights; `auto` is bfloat16 on a GPU and float32 on the CPU.
        max_new_tokens: Longest reply in tokens.
        temperature: 0 is greedy.
        top_p: Probability mass to sample from, in (0, 1].
        seed: Together with the sequence's seed it fixes what is sampled.
    """

    device: str = field(default="auto", validator=instance_of(str))
    dtype: str = field(default="auto", validator=in_(DTYPES))
    max_new_tokens: int = field(default=64, validator=whole_number(1))
    temperature: float = field(default=0.0, validator=number(0))
    top_p: float = field(default=1.0, validator=number(0, 1, above=True))
    seed: int = field(default=0, validator=whole_number())


@frozen
class LocalModel:
    """Loaded weights.

    Attributes:
        model: A Transformers model with a language-modelling head, on its device.
        tokenizer: Its tokenizer, with a chat template.
    """

    model: Any
    tokenizer: Any

    def encode(self, messages: Messages) -> list[int]:
        """Token ids of a conversation, up to where the reply begins."""
        text = self.tokenizer.apply_chat_template(
            list(messages), add_generation_prompt=True, tokenize=False
        )
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of a reply."""
        text: str = self.tokenizer.decode(tokens, skip_special_tokens=True)
        return text

    @property
    def stop_tokens(self) -> frozenset[int]:
        """Every token that ends a reply, from the generation settings and the tokenizer."""
        configured = self.model.generation_config.eos_token_id
        several = configured if isinstance(configured, list) else [configured]
        return frozenset({*several, self.tokenizer.eos_token_id} - {None})

    @property
    def context_length(self) -> int | None:
        """Most tokens the model can attend to; None if it sets no limit."""
        return getattr(self.model.config.get_text_config(), "max_position_embeddings", None)


Loader = Callable[[str, "torch.dtype"], LocalModel]
"""Loads weights, given a device and the type of the weights."""


class Weights:
    """Where a model lies once it is loaded; agents of one model on one device share it."""

    def __init__(self) -> None:
        self.model: LocalModel | None = None
        self.worker = SerialWorker()


class LocalAgent(Agent):
    """A chat model in this process.

    The weights are loaded at the first reply, once for all agents that share them. Each session
    has a cache of what the model has read, so that a turn costs the new tokens alone. Replies
    depend on the conversation and the seeds, not on what else is played; nothing that varies from
    run to run is recorded.

    Args:
        load: Loads the weights; must not use the network.
        settings: See there.
    """

    def __init__(self, load: Loader, settings: LocalSettings) -> None:
        require_packages()
        share_cores()
        self.settings = settings
        self._load = load
        self._weights = Weights()
        self._caches: dict[str, ConversationCache] = {}

    @property
    def _loaded(self) -> LocalModel | None:
        return self._weights.model

    def share(self, other: Agent) -> None:
        """Use the weights of another agent of this model, if they are to lie in the same place.

        The agents reply in turn then, and close together.
        """
        if isinstance(other, LocalAgent):
            own, theirs = self.settings, other.settings
            if (own.device, own.dtype) == (theirs.device, theirs.dtype):
                self._weights = other._weights  # noqa: SLF001 - of its own class

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Continue the conversation.

        Raises:
            ContextOverflowError: The conversation and the longest reply do not fit the model.
            AgentError: The weights cannot be loaded, the chat template refuses the conversation,
                or the device runs out of memory.
        """
        try:
            return await self._weights.worker.run(
                context.session, partial(self._answer, tuple(messages), context)
            )
        except LatentGymError:
            raise
        except Exception as error:
            # Torch, Jinja and the loaders have no common base for what can go wrong.
            raise AgentError(f"{self.name} failed: {type(error).__name__}: {error}") from error

    async def finish(self, session: str) -> None:
        """Free the cache of a sequence that is over."""
        self._caches.pop(session, None)
        self._weights.worker.forget(session)

    async def close(self) -> None:
        """Release the weights and all caches."""
        self._weights.worker.close()
        self._caches.clear()
        self._weights.model = None

    def _answer(self, messages: Messages, context: AgentContext) -> Reply:
        loaded = self._loaded or self._load_weights()
        prompt = loaded.encode(messages)
        self._check_length(len(prompt), loaded.context_length)
        written = self._generate(loaded, prompt, context)
        text, reasoning = split_reasoning(loaded.decode(written.tokens))
        usage = Usage(
            input_tokens=len(prompt), cached_tokens=written.cached, output_tokens=written.sampled
        )
        return Reply(text=text, reasoning=reasoning, usage=usage)

    def _load_weights(self) -> LocalModel:
        with LOADING:
            # Here, since Transformers' own late imports fail where two threads come to them.
            import latentgym_core.agents.weights.generation  # noqa: F401

            loaded = self._weights.model = self._load(*_placement(self.settings))
        return loaded

    def _generate(
        self, loaded: LocalModel, prompt: list[int], context: AgentContext
    ) -> "Generation":
        from latentgym_core.agents.weights.generation import generate
        from latentgym_core.agents.weights.kv_cache import ConversationCache

        settings, view = self.settings, context.view
        # Taken out while in use: a cache that an error left half written is not used again.
        cache = self._caches.pop(context.session, None) or ConversationCache()
        written = generate(
            loaded.model,
            cache,
            prompt,
            stop=loaded.stop_tokens,
            max_new_tokens=settings.max_new_tokens,
            temperature=settings.temperature,
            top_p=settings.top_p,
            stream=f"local/{settings.seed}/{context.seed}/{view.index}/{len(view.turns)}",
        )
        self._caches[context.session] = cache
        return written

    def _check_length(self, prompt_length: int, limit: int | None) -> None:
        if limit is not None and prompt_length + self.settings.max_new_tokens > limit:
            raise ContextOverflowError(
                f"{self.name}: {counted(prompt_length, 'token')} of conversation and up to "
                f"{self.settings.max_new_tokens} of reply do not fit the {limit} it can attend to."
            )


def local_agent(model: str, **parameters: Scalar) -> LocalAgent:
    """An agent from a folder as `save_pretrained` writes it, with a chat template.

    Args:
        model: Path of the folder.
        **parameters: See `LocalSettings`.

    Raises:
        SpecError: There is no such folder, or a parameter does not fit.
        MissingDependencyError: Torch or Transformers is not installed.
    """
    folder = Path(model).expanduser()
    if not (folder / "config.json").is_file():
        raise SpecError(
            f"local/{model} is neither a registered model (`latentgym list agents`) nor a folder "
            f"with a config.json, as save_pretrained writes it."
        )
    return LocalAgent(partial(load_folder, folder), local_settings(parameters))


def local_settings(parameters: Mapping[str, Scalar]) -> LocalSettings:
    """Read the parameters of an agent string.

    Raises:
        SpecError: A local agent has no such parameter, or the value does not fit.
    """
    check_names("A local agent", parameters, [each.name for each in attrs.fields(LocalSettings)])
    try:
        return LocalSettings(**parameters)  # type: ignore[arg-type]  # the validators check them
    except (ValueError, TypeError) as error:
        raise SpecError(f"A local agent cannot be made so: {refusal(error)}") from error


def load_folder(folder: Path, device: str, dtype: "torch.dtype") -> LocalModel:
    """Load a Transformers folder without the network."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with no_progress_bars():
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True)
    return LocalModel(model.to(device).eval(), tokenizer)


def require_packages(*more: str, extra: str = "local") -> None:
    """Check that what local models need is installed, without importing it.

    Args:
        *more: Modules beside Torch and Transformers.
        extra: Of latentgym-core, which brings all of them.

    Raises:
        MissingDependencyError: One is not installed.
    """
    for package in ("torch", "transformers", *more):
        if importlib.util.find_spec(package) is None:
            raise MissingDependencyError(
                f"This agent needs the package {package!r}, which is not installed; run "
                f"`pip install 'latentgym-core[{extra}]'`."
            )


def share_cores() -> None:
    """Let idle threads of Torch sleep instead of spin, unless the caller's environment says else.

    OpenMP reads the variable when Torch is imported. Threads that spin wait for one another's
    core: with a single other busy process on two cores a token took 0.7 s instead of 0.06 s.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@contextmanager
def no_progress_bars() -> Iterator[None]:
    """Keep Transformers from drawing over the progress of an evaluation."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _placement(settings: LocalSettings) -> "tuple[str, torch.dtype]":
    """Resolve `auto`."""
    import torch

    gpu = "cuda" if torch.cuda.is_available() else "cpu"
    device = gpu if settings.device == "auto" else settings.device
    by_device = "float32" if torch.device(device).type == "cpu" else "bfloat16"
    dtype: torch.dtype = getattr(torch, by_device if settings.dtype == "auto" else settings.dtype)
    return device, dtype
