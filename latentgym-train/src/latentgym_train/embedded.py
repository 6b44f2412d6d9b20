"""The agents that come with the package: `local/tiny-base`, `-single-task` and `-cross-task`.

Each has a folder in `agents/`, an ordinary Transformers folder with a model card. They are the
policies of one comparison; `scripts/embed_agents.py` writes them.
"""

import json
from functools import partial
from pathlib import Path

from latentgym_core.agents.weights.local import LocalAgent, load_folder, local_settings
from latentgym_core.registry.parameters import Scalar

AGENTS = Path(__file__).with_name("agents")
SAMPLING = ("temperature", "max_new_tokens")
"""Generation settings of a folder that are the defaults of its agent."""


def embedded_agent(name: str, /, **parameters: Scalar) -> LocalAgent:
    """A policy of the package; it samples as it did in training unless told otherwise.

    Args:
        name: Of a folder in `agents/`.
        **parameters: See `latentgym_core.agents.weights.local.LocalSettings`.

    Raises:
        SpecError: A parameter does not fit.
        MissingDependencyError: Torch or Transformers is not installed.
    """
    folder = AGENTS / name
    generation = json.loads((folder / "generation_config.json").read_text("utf-8"))
    trained = {key: generation[key] for key in SAMPLING}
    return LocalAgent(partial(load_folder, folder), local_settings(trained | parameters))


tiny_base = partial(embedded_agent, "tiny-base")
tiny_single_task = partial(embedded_agent, "tiny-single-task")
tiny_cross_task = partial(embedded_agent, "tiny-cross-task")
