"""What the two feedbacks tell at the end of a task of each game, as the fact specs ask for."""

import pytest

import latentgym_core as lg
from latentgym_core.registry.registry import load_registry

LOST = {  # a preset, replies that lose its first task, and what they leave to be told
    "number_guessing": ("set_of_2?env.max_turns=1", ["none"], []),
    "bandits": ("one_hot?env.max_turns=1", ["none"], []),
    "secretary": ("best_is_last", ["[accept]"], []),
    "mastermind": (
        "first_is_1?env.max_turns=2",
        ["[6 5 4 3]", "none"],
        ["[6 5 4 3]: 1 black, 2 white"],
    ),
    "hangman": (
        "ending_ING?env.max_turns=3",
        ["[G]", "[Q]", "[E]"],
        ["G. Letters guessed: E G Q."],
    ),
    "wordle": ("ending_TH?env.max_turns=2", ["[queen]", "none"], ["QUEEN, marked X X X X Y"]),
    "wordladder": ("hub_word_4letter?env.max_turns=1", ["none"], []),
}
TRUTHS = {
    "number_guessing": lambda task: [f"was {task.target}."],
    "bandits": lambda task: [*(f"{p:.2f}" for p in task.probabilities), task.buttons[task.best]],
    "secretary": lambda task: [*(f"{v:.4f}" for v in task.values), f"value {task.best + 1} of"],
    "mastermind": lambda task: [f"[{' '.join(map(str, task.secret_code))}]"],
    "hangman": lambda task: [task.target_word.upper()],
    "wordle": lambda task: [task.target_word.upper()],
    "wordladder": lambda task: [f"{task.optimal_steps} steps", " -> ".join(task.optimal_path)],
}


def played(game: str, latent: str, feedback: str, replies: list[str]) -> tuple[lg.SequenceEnv, str]:
    """The environment after its first task, and what was said at the end of that."""
    name, _, tail = latent.partition("?")
    env = lg.make(f"{game}/{name}/no_info/{feedback}/ep2?{tail}", registry=load_registry())
    env.reset(0)
    for reply in replies:
        said = env.step(reply).event.task_feedback
    assert said is not None
    assert env.task_index == 1
    return env, said


@pytest.mark.parametrize("game", LOST)
def test_information_tells_the_ground_truth_and_how_the_task_ended(game):
    latent, replies, ending = LOST[game]
    env, said = played(game, latent, "information", replies)
    assert said.startswith("Task 1 of 2: not solved, score ")
    for told in (*TRUTHS[game](env.sequence.tasks[0]), *ending):
        assert told in said


@pytest.mark.parametrize("game", LOST)
def test_standard_tells_success_and_score_alone(game):
    latent, replies, _ = LOST[game]
    env, said = played(game, latent, "standard", replies)
    assert said == f"Task 1 of 2: not solved, score {env.rewards[0]:.3f}."


@pytest.mark.parametrize("game", ["mastermind", "wordle", "hangman"])
def test_information_says_that_nothing_was_guessed(game):
    latent = LOST[game][0].partition("?")[0]
    _, said = played(game, f"{latent}?env.max_turns=1", "information", ["none"])
    assert {
        "mastermind": "No guess was scored.",
        "wordle": "No guess was marked.",
        "hangman": "Letters guessed: none.",
    }[game] in said


@pytest.mark.parametrize(("rule", "told"), [("reward", None), ("wins", 0.0)])
def test_secretary_can_tell_the_published_score_of_lost_tasks(rule, told):
    env, said = played("secretary", f"best_is_last?env.told_score={rule}", "standard", ["[accept]"])
    reward = env.rewards[0]
    assert 0 < reward < 0.5
    assert said.endswith(f"score {reward if told is None else told:.3f}.")
    _, said = played("secretary", f"best_is_first?env.told_score={rule}", "standard", ["[accept]"])
    assert said.endswith("solved, score 1.000.")


def test_published_secretary_rules_tell_the_published_score():
    spec = load_registry().core_env("secretary").spec
    for variant in ("frontier", "qwen-base", "qwen-single-rl", "qwen-cross-rl"):
        assert spec.load().published_rules(variant)["told_score"] == "wins"
