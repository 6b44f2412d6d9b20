"""What word ladder registers; imports nothing heavy."""

from latentgym_core.specs import AgentSpec, CoreEnvSpec, LatentSpec

NAME = "wordladder"
HERE = f"latentgym_envs.{NAME}"
ONLY = (NAME,)
SOURCE = "published LatentGym environments"

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:WordLadder",
        summary="Turn one word into another, one letter at a time.",
        source=SOURCE,
        default_num_tasks=5,
        default_latent="hub_word_4letter",
    ),
)
LATENTS: tuple[LatentSpec, ...] = ()
AGENTS: tuple[AgentSpec, ...] = ()
