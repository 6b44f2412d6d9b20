"""What latentgym-core itself registers, through the same door as every plugin."""

from collections.abc import Iterable

from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import (
    AgentSpec,
    CommandSpec,
    FeedbackSpec,
    LatentSpec,
    PromptSpec,
)


@hookimpl
def latentgym_register_prompts() -> Iterable[PromptSpec]:
    """The four prompt conditions."""
    module = "latentgym_core.contract.prompt"
    return (
        PromptSpec(
            name="no_info", factory=f"{module}:NoInfo", summary="Says nothing about the latent."
        ),
        PromptSpec(
            name="some_info",
            factory=f"{module}:SomeInfo",
            summary="Says that tasks may have something in common.",
        ),
        PromptSpec(
            name="full_info",
            factory=f"{module}:FullInfo",
            summary="Discloses the family of the latent, not its value.",
        ),
        PromptSpec(
            name="oracle_info",
            factory=f"{module}:OracleInfo",
            summary="Tells the value of the latent.",
        ),
    )


@hookimpl
def latentgym_register_feedbacks() -> Iterable[FeedbackSpec]:
    """The two feedback conditions."""
    module = "latentgym_core.contract.feedback"
    return (
        FeedbackSpec(
            name="standard",
            factory=f"{module}:Standard",
            summary="Solved or not, and the score, after each task.",
        ),
        FeedbackSpec(
            name="information",
            factory=f"{module}:Information",
            summary="The same, how the task stood at its end, and its ground truth.",
        ),
    )


@hookimpl
def latentgym_register_latents() -> Iterable[LatentSpec]:
    """Latents made of latents, for every core env."""
    module = "latentgym_core.families.combinators"
    return (
        LatentSpec(
            name="alternating",
            core_envs=(),
            factory=f"{module}:Alternating",
            summary="Two latents take turns (?latent.of=a+b).",
            tier="hard",
            structure="index_driven",
            preset=False,
        ),
        LatentSpec(
            name="cyclic",
            core_envs=(),
            factory=f"{module}:Cyclic",
            summary="Several latents take turns (?latent.of=a+b+c).",
            tier="hard",
            structure="index_driven",
            preset=False,
        ),
        LatentSpec(
            name="progressive",
            core_envs=(),
            factory=f"{module}:Progressive",
            summary="Several latents, one block of tasks each (?latent.of=a+b+c).",
            tier="hard",
            structure="index_driven",
            preset=False,
        ),
        LatentSpec(
            name="fixed_list",
            core_envs=(),
            factory=f"{module}:FixedList",
            summary="A given list of tasks (?latent.tasks=FILE.json or a JSON list).",
            tier="easy",
            structure="control",
            preset=False,
        ),
    )


@hookimpl
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """Model providers, recordings and people."""
    agents = "latentgym_core.agents"
    return (
        AgentSpec(
            name="openai",
            factory=f"{agents}.servers.openai_compatible:openai_agent",
            summary="openai/MODEL; key and base URL from OPENAI_API_KEY and OPENAI_BASE_URL.",
        ),
        AgentSpec(
            name="openrouter",
            factory=f"{agents}.servers.openai_compatible:openrouter_agent",
            summary="openrouter/VENDOR/MODEL; key from OPENROUTER_API_KEY.",
        ),
        AgentSpec(
            name="vllm",
            factory=f"{agents}.servers.openai_compatible:vllm_agent",
            summary="vllm/MODEL@URL; any OpenAI-compatible server, no key needed.",
        ),
        AgentSpec(
            name="local",
            factory=f"{agents}.weights.local:local_agent",
            summary="local/PATH; a Transformers folder, weights in this process.",
        ),
        AgentSpec(
            name="local/smollm2",
            factory=f"{agents}.weights.smollm2:smollm2_agent",
            summary="SmolLM2-135M-Instruct; its weights come with the extra [local].",
        ),
        AgentSpec(
            name="replay",
            factory=f"{agents}.replay:ReplayAgent",
            summary="replay/FILE; the replies of recorded trajectories.",
        ),
        AgentSpec(
            name="human", factory=f"{agents}.human:HumanAgent", summary="A person at the terminal."
        ),
    )


@hookimpl
def latentgym_register_commands() -> Iterable[CommandSpec]:
    """The subcommands of `latentgym` that core brings."""
    summaries = {
        "list": "List core envs, latents, prompts, feedbacks and agents.",
        "show": "Show a core env, or an environment as an agent would see it.",
        "plugins": "List the installed plugins and what became of them.",
        "play": "Play a sequence yourself.",
        "eval": "Evaluate agents on environments.",
        "metrics": "Summarise runs.",
        "compare": "Compare runs pair by pair: differences, wins and losses.",
        "handoff": "Measure exploration and exploitation by handing sequences over.",
        "data": "Write sequences as a Hugging Face dataset.",
        "replay": "Replay recorded trajectories and compare.",
        "check": "Check a core env against the contract.",
        "new": "Write the skeleton of a plugin.",
    }
    return tuple(
        CommandSpec(
            name=name, factory=f"latentgym_core.cli.commands.{name}:command", summary=summary
        )
        for name, summary in summaries.items()
    )
