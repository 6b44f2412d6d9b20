"""What bandits registers; imports nothing heavy."""

from typing import Any

from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, Structure, Tier

NAME = "bandits"
HERE = f"latentgym_envs.{NAME}"
ONLY: Any = (NAME,)  # the converter of core_envs hides from mypy what it takes
SOURCE = "published LatentGym environments"
FIXED_INDEX, EXCLUDED, FIXED_VECTOR = (
    f"{HERE}.latents.constant:{name}" for name in ("FixedIndex", "Excluded", "FixedVector")
)
SUBSET, PAYOFF = (f"{HERE}.latents.subsets:{name}" for name in ("Subset", "Payoff"))
STRIDE, ALTERNATE, CYCLE, INDEX_SEQUENCE = (
    f"{HERE}.latents.index_driven:{name}"
    for name in ("Stride", "Alternate", "Cycle", "IndexSequence")
)
RANKING, MARKOV = f"{HERE}.latents.ranking:Ranking", f"{HERE}.latents.markov:Markov"

CORE_ENVS = (
    CoreEnvSpec(
        name=NAME,
        factory=f"{HERE}.env:Bandits",
        summary="Find the button that pays most often, and choose it early.",
        source=SOURCE,
        default_latent="loyal_favorite_0",
        reward_scale=0.64,
        worth=f"{HERE}:worth.csv",
    ),
)


def _preset(
    name: str, tier: Tier, structure: Structure, factory: str, summary: str, **params: Any
) -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=factory,
        params=params,
        summary=summary,
        tier=tier,
        structure=structure,
        source=SOURCE,
    )


def _family(name: str, factory: str, summary: str, structure: Structure = "iid") -> LatentSpec:
    return LatentSpec(
        name=name,
        core_envs=ONLY,
        factory=factory,
        summary=summary,
        structure=structure,
        preset=False,
    )


_CONSTANT = (
    *(
        _preset(
            f"loyal_favorite_{index}",
            "easy",
            "iid",
            FIXED_INDEX,
            f"Button {index} of 0..4 is always the best; 5 such latents.",
            index=index,
        )
        for index in range(5)
    ),
    _preset(
        "bottom_excluded",
        "easy",
        "iid",
        EXCLUDED,
        "One button never pays, any of the 4 others is the best; 5 values of z.",
    ),
    _preset(
        "fixed_probabilities",
        "easy",
        "iid",
        FIXED_VECTOR,
        "All 5 probabilities stay the same; 5 best buttons, and a continuum of values.",
    ),
    _preset(
        "same_ranking",
        "medium",
        "iid",
        RANKING,
        "The order from best to worst stays the same; 120 orders.",
    ),
    _preset(
        "one_hot",
        "easy",
        "iid",
        PAYOFF,
        "The best of 5 buttons always pays, the others never; any can be the best, 1 value of z.",
        p_best=1.0,
        p_other=0.0,
    ),
)
_SUBSETS = (
    _preset(
        "binary_switch_0_1",
        "easy",
        "iid",
        SUBSET,
        "Button 0 or 1 is the best; 1 of 10 pairs.",
        members="0+1",
    ),
    _preset(
        "binary_switch_0_last",
        "easy",
        "iid",
        SUBSET,
        "The first or the last button is the best; 1 of 10 pairs.",
        members="0+-1",
    ),
    _preset(
        "even_indices_only",
        "easy",
        "iid",
        SUBSET,
        "Button 0, 2 or 4 is the best; 1 of 10 triples.",
        members="even",
    ),
    _preset(
        "odd_indices_only",
        "easy",
        "iid",
        SUBSET,
        "Button 1 or 3 is the best; 1 of 10 pairs.",
        members="odd",
    ),
    _preset(
        "prime_indices",
        "very_hard",
        "iid",
        SUBSET,
        "Button 2 or 3 is the best, in no order; 1 of 10 pairs.",
        members="prime",
    ),
    _preset(
        "top_two_fixed",
        "medium",
        "iid",
        SUBSET,
        "One of 2 fixed buttons is the best, the other pays with 0.55; 10 pairs.",
        size=2,
        runner_up=0.55,
    ),
)
_INDEX_DRIVEN = (
    _preset(
        "clockwise_rotation",
        "easy",
        "index_driven",
        STRIDE,
        "The best button moves 1 forward, from button 0; 1 of 20 starts and steps.",
        step=1,
        start=0,
    ),
    _preset(
        "counterclockwise_rotation",
        "easy",
        "index_driven",
        STRIDE,
        "The best button moves 1 back, from the last; 1 of 20 starts and steps.",
        step=-1,
        start=-1,
    ),
    *(
        _preset(
            f"skip_{step}",
            "hard",
            "index_driven",
            STRIDE,
            f"The best button moves {step} forward, from button 0; 1 of 20 starts and steps.",
            step=step,
            start=0,
        )
        for step in (2, 3)
    ),
    _preset(
        "ping_pong",
        "medium",
        "index_driven",
        ALTERNATE,
        "The first and the last button take turns; 1 of 20 ordered pairs.",
        first=0,
        second=-1,
    ),
    _preset(
        "swap_top_two",
        "medium",
        "index_driven",
        ALTERNATE,
        "Two buttons take turns, the other one pays with 0.55; 20 ordered pairs.",
        runner_up=0.55,
    ),
    _preset(
        "cycle_length_5",
        "medium",
        "index_driven",
        CYCLE,
        "All buttons are the best in a fixed order, over and over; 120 orders.",
    ),
    _preset(
        "fibonacci",
        "very_hard",
        "index_driven",
        INDEX_SEQUENCE,
        "The best button is a Fibonacci number modulo 5; 1 of 6 number sequences.",
        rule="fibonacci",
    ),
    _preset(
        "triangular",
        "very_hard",
        "index_driven",
        INDEX_SEQUENCE,
        "The best button is a triangular number modulo 5; 1 of 6 number sequences.",
        rule="triangular",
    ),
)
_MARKOV = (
    _preset(
        "shadow",
        "medium",
        "markov",
        MARKOV,
        "The worst button of the task before is the best; 1 of 6 rules.",
        kernel="shadow",
    ),
    _preset(
        "random_walk",
        "hard",
        "markov",
        MARKOV,
        "The best button moves one place up or down, around the row; 1 of 6 rules.",
        kernel="walk",
    ),
    _preset(
        "cold_hand",
        "hard",
        "markov",
        MARKOV,
        "Any but the best button of the task before is the best; 1 of 6 rules.",
        kernel="avoid_last",
    ),
    _preset(
        "hot_hand",
        "hard",
        "markov",
        MARKOV,
        "The best button stays in 84% of the tasks (0.8, else any of 5); 1 of 6 rules.",
        kernel="stay",
        repeat=0.8,
    ),
    _preset(
        "mirror_mode",
        "very_hard",
        "markov",
        MARKOV,
        "Every second task mirrors the best button of the task before; 1 of 6 rules.",
        kernel="mirror",
    ),
)
_FAMILIES = (
    _family("fixed_index", FIXED_INDEX, "One button is always the best (?latent.index=3)."),
    _family("excluded", EXCLUDED, "One button never pays (?latent.index=3)."),
    _family("fixed_vector", FIXED_VECTOR, "All probabilities stay the same."),
    _family("ranking", RANKING, "The order of the buttons from best to worst stays the same."),
    _family("payoff", PAYOFF, "Two fixed probabilities (?latent.p_best=0.9&latent.p_other=0.1)."),
    _family(
        "subset",
        SUBSET,
        "A few buttons can be the best (?latent.size=3, or latent.members=0+2; latent.runner_up).",
    ),
    _family(
        "stride",
        STRIDE,
        "The best button moves on by a fixed step (?latent.step=2&latent.start=0).",
        "index_driven",
    ),
    _family(
        "alternate",
        ALTERNATE,
        "Two buttons take turns (?latent.first=0&latent.second=3&latent.runner_up=0.55).",
        "index_driven",
    ),
    _family("cycle", CYCLE, "All buttons are the best in a fixed order.", "index_driven"),
    _family(
        "index_sequence",
        INDEX_SEQUENCE,
        "The best button follows a number sequence (?latent.rule=squares).",
        "index_driven",
    ),
    _family(
        "markov",
        MARKOV,
        "The task before decides by one of 6 rules (?latent.kernel=stay&latent.repeat=0.5).",
        "markov",
    ),
)
LATENTS = (*_CONSTANT, *_SUBSETS, *_INDEX_DRIVEN, *_MARKOV, *_FAMILIES)


def _player(name: str, factory: str, summary: str, *, privileged: bool = False) -> AgentSpec:
    return AgentSpec(
        name=f"scripted/{name}",
        core_envs=ONLY,
        factory=f"{HERE}.players.reference:{factory}",
        summary=summary,
        privileged=privileged,
    )


AGENTS = (
    _player("round_robin", "RoundRobin", "Presses every button 4 times, then chooses."),
    _player("blind", "Blind", "Knows the usual rates; every task is the first to it."),
    _player("oracle", "Oracle", "Knows z: what it says about the best button.", privileged=True),
    _player("bayes", "Bayes", "Knows the family, infers z and the best button exactly."),
    _player("thorough", "Thorough", "As bayes, but presses until it is sure, at any cost."),
)
