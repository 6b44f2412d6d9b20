"""What bandits registers; imports nothing heavy."""

from latentgym_envs.common.registering import Game

GAME = Game("bandits")

CORE_ENVS = (
    GAME.core_env(
        "latentgym_envs.bandits.env:Bandits",
        "Find the button that pays most often, and choose it early.",
        default_latent="loyal_favorite_0",
        reward_scale=0.64,
        worth="latentgym_envs.bandits:worth.csv",
    ),
)

FIXED_INDEX = GAME.family(
    "fixed_index",
    "latentgym_envs.bandits.latents.constant:FixedIndex",
    "One button is always the best (?latent.index=3).",
)
EXCLUDED = GAME.family(
    "excluded",
    "latentgym_envs.bandits.latents.constant:Excluded",
    "One button never pays (?latent.index=3).",
)
FIXED_VECTOR = GAME.family(
    "fixed_vector",
    "latentgym_envs.bandits.latents.constant:FixedVector",
    "All probabilities stay the same.",
)
RANKING = GAME.family(
    "ranking",
    "latentgym_envs.bandits.latents.ranking:Ranking",
    "The order of the buttons from best to worst stays the same.",
)
PAYOFF = GAME.family(
    "payoff",
    "latentgym_envs.bandits.latents.subsets:Payoff",
    "Two fixed probabilities (?latent.p_best=0.9&latent.p_other=0.1).",
)
SUBSET = GAME.family(
    "subset",
    "latentgym_envs.bandits.latents.subsets:Subset",
    "A few buttons can be the best (?latent.size=3, or latent.members=0+2; latent.runner_up).",
)
STRIDE = GAME.family(
    "stride",
    "latentgym_envs.bandits.latents.index_driven:Stride",
    "The best button moves on by a fixed step (?latent.step=2&latent.start=0).",
    "index_driven",
)
ALTERNATE = GAME.family(
    "alternate",
    "latentgym_envs.bandits.latents.index_driven:Alternate",
    "Two buttons take turns (?latent.first=0&latent.second=3&latent.runner_up=0.55).",
    "index_driven",
)
CYCLE = GAME.family(
    "cycle",
    "latentgym_envs.bandits.latents.index_driven:Cycle",
    "All buttons are the best in a fixed order.",
    "index_driven",
)
INDEX_SEQUENCE = GAME.family(
    "index_sequence",
    "latentgym_envs.bandits.latents.index_driven:IndexSequence",
    "The best button follows a number sequence (?latent.rule=squares).",
    "index_driven",
)
MARKOV = GAME.family(
    "markov",
    "latentgym_envs.bandits.latents.markov:Markov",
    "The task before decides by one of 6 rules (?latent.kernel=stay&latent.repeat=0.5).",
    "markov",
)
FAMILIES = (
    *(FIXED_INDEX, EXCLUDED, FIXED_VECTOR, RANKING, PAYOFF, SUBSET),
    *(STRIDE, ALTERNATE, CYCLE, INDEX_SEQUENCE, MARKOV),
)

LATENTS = (
    *(
        FIXED_INDEX.preset(
            f"loyal_favorite_{index}",
            "easy",
            f"Button {index} of 0..4 is always the best; 5 such latents.",
            index=index,
        )
        for index in range(5)
    ),
    EXCLUDED.preset(
        "bottom_excluded",
        "easy",
        "One button never pays, any of the 4 others is the best; 5 values of z.",
    ),
    FIXED_VECTOR.preset(
        "fixed_probabilities",
        "easy",
        "All 5 probabilities stay the same; 5 best buttons, and a continuum of values.",
    ),
    RANKING.preset(
        "same_ranking", "medium", "The order from best to worst stays the same; 120 orders."
    ),
    PAYOFF.preset(
        "one_hot",
        "easy",
        "The best of 5 buttons always pays, the others never; any can be the best, 1 value of z.",
        p_best=1.0,
        p_other=0.0,
    ),
    SUBSET.preset(
        "binary_switch_0_1", "easy", "Button 0 or 1 is the best; 1 of 10 pairs.", members="0+1"
    ),
    SUBSET.preset(
        "binary_switch_0_last",
        "easy",
        "The first or the last button is the best; 1 of 10 pairs.",
        members="0+-1",
    ),
    SUBSET.preset(
        "even_indices_only",
        "easy",
        "Button 0, 2 or 4 is the best; 1 of 10 triples.",
        members="even",
    ),
    SUBSET.preset(
        "odd_indices_only", "easy", "Button 1 or 3 is the best; 1 of 10 pairs.", members="odd"
    ),
    SUBSET.preset(
        "prime_indices",
        "very_hard",
        "Button 2 or 3 is the best, in no order; 1 of 10 pairs.",
        members="prime",
    ),
    SUBSET.preset(
        "top_two_fixed",
        "medium",
        "One of 2 fixed buttons is the best, the other pays with 0.55; 10 pairs.",
        size=2,
        runner_up=0.55,
    ),
    STRIDE.preset(
        "clockwise_rotation",
        "easy",
        "The best button moves 1 forward, from button 0; 1 of 20 starts and steps.",
        step=1,
        start=0,
    ),
    STRIDE.preset(
        "counterclockwise_rotation",
        "easy",
        "The best button moves 1 back, from the last; 1 of 20 starts and steps.",
        step=-1,
        start=-1,
    ),
    *(
        STRIDE.preset(
            f"skip_{step}",
            "hard",
            f"The best button moves {step} forward, from button 0; 1 of 20 starts and steps.",
            step=step,
            start=0,
        )
        for step in (2, 3)
    ),
    ALTERNATE.preset(
        "ping_pong",
        "medium",
        "The first and the last button take turns; 1 of 20 ordered pairs.",
        first=0,
        second=-1,
    ),
    ALTERNATE.preset(
        "swap_top_two",
        "medium",
        "Two buttons take turns, the other one pays with 0.55; 20 ordered pairs.",
        runner_up=0.55,
    ),
    CYCLE.preset(
        "cycle_length_5",
        "medium",
        "All buttons are the best in a fixed order, over and over; 120 orders.",
    ),
    INDEX_SEQUENCE.preset(
        "fibonacci",
        "very_hard",
        "The best button is a Fibonacci number modulo 5; 1 of 6 number sequences.",
        rule="fibonacci",
    ),
    INDEX_SEQUENCE.preset(
        "triangular",
        "very_hard",
        "The best button is a triangular number modulo 5; 1 of 6 number sequences.",
        rule="triangular",
    ),
    MARKOV.preset(
        "shadow",
        "medium",
        "The worst button of the task before is the best; 1 of 6 rules.",
        kernel="shadow",
    ),
    MARKOV.preset(
        "random_walk",
        "hard",
        "The best button moves one place up or down, around the row; 1 of 6 rules.",
        kernel="walk",
    ),
    MARKOV.preset(
        "cold_hand",
        "hard",
        "Any but the best button of the task before is the best; 1 of 6 rules.",
        kernel="avoid_last",
    ),
    MARKOV.preset(
        "hot_hand",
        "hard",
        "The best button stays in 84% of the tasks (0.8, else any of 5); 1 of 6 rules.",
        kernel="stay",
        repeat=0.8,
    ),
    MARKOV.preset(
        "mirror_mode",
        "very_hard",
        "Every second task mirrors the best button of the task before; 1 of 6 rules.",
        kernel="mirror",
    ),
    *(each.spec for each in FAMILIES),
)

BLIND = "latentgym_envs.bandits.players.reference:Blind"
ORACLE = "latentgym_envs.bandits.players.reference:Oracle"
BAYES = "latentgym_envs.bandits.players.reference:Bayes"
THOROUGH = "latentgym_envs.bandits.players.reference:Thorough"
ROUND_ROBIN = "latentgym_envs.bandits.players.reference:RoundRobin"
AGENTS = (
    GAME.player("round_robin", ROUND_ROBIN, "Presses every button 4 times, then chooses."),
    GAME.player("blind", BLIND, "Knows the usual rates; every task is the first to it."),
    GAME.player("oracle", ORACLE, "Knows z: what it says about the best button.", privileged=True),
    GAME.player(
        "bayes", BAYES, "Knows the family, infers z and the best button exactly.", version=2
    ),
    GAME.player("thorough", THOROUGH, "As bayes, but presses until it is sure, at any cost."),
)
