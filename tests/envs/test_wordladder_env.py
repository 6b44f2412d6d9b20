import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.records.serial import from_data, to_data
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordladder.published import RULES
from latentgym_envs.wordladder.task import Task

GAME = WordLadder()
PUBLISHED = WordLadder(**RULES)
PATH = ("cold", "cord", "word")
TASK = Task(start_word="cold", target_word="word", optimal_path=PATH, optimal_steps=2)


def task_of(*path, **changes):
    fields = {"start_word": path[0], "target_word": path[-1], "optimal_path": path}
    return Task(**{**fields, "optimal_steps": len(path) - 1, **changes})


def play(task, *replies, game=GAME):
    state, _ = game.start(task, 0)
    results = []
    for reply in replies:
        state, result = game.step(state, reply)
        results.append(result)
    return state, results


def test_the_opening_tells_words_and_turns_but_no_solution():
    opening = GAME.start(TASK, 0)[1]
    assert all(part in opening for part in ("cold", "word", "20 turns"))
    assert "cord" not in f"{opening} {GAME.rules(TASK)}"
    assert GAME.visible(TASK) == {"start": "cold", "target": "word", "max_turns": 20}
    assert "cold -> cord -> word" in GAME.reveal(TASK)


@pytest.mark.parametrize(
    ("game", "told"),
    [
        (GAME, ["exactly one letter", "[cold]"]),
        (WordLadder(moves="lawful"), ["hidden rule"]),
        (WordLadder(dictionary="basic"), ["850"]),
    ],
)
def test_rules_follow_the_parameters(game, told):
    assert all(part in game.rules(TASK) for part in told)
    assert ("hidden rule" in game.rules(TASK)) == (game.moves == "lawful")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("cord", "format"),
        ("[corde]", "length"),
        ("[cxrd]", "word"),
        ("[cold]", "step"),
        ("[ward]", "step"),
        ("[cord]", "move"),
    ],
)
def test_the_first_failing_check_decides(reply, kind):
    state, (result,) = play(TASK, reply)
    assert result.facts["kind"] == kind
    assert result.facts["valid"] == (kind == "move")
    assert state.chain == (("cold", "cord") if kind == "move" else ("cold",))
    assert (result.done, result.reward, state.turns) == (False, 0.0, 1)
    assert result.facts["current"] in result.observation
    assert "word" in result.observation


def test_a_win_says_so():
    state, (_, result) = play(TASK, "[cord]", "[word]")
    assert (result.done, result.solved, result.reward) == (True, True, 1.0)
    assert "you made it" in result.observation
    assert GAME.outcome_facts(state) == {
        "solved": True,
        "reward": 1.0,
        "turns": 2,
        "chain": list(PATH),
    }


def test_ways_back_are_allowed_and_excess_turns_cost():
    _, results = play(TASK, "[cord]", "[cold]", "no idea", "[cord]", "[word]")
    assert results[-1].solved
    assert results[-1].reward == pytest.approx(1 - 0.03 * 3)


def test_fewer_turns_than_the_solution_are_worth_no_more_than_one():
    longer = task_of("cold", "gold", "cold", "cord", "word")
    assert play(longer, "[cord]", "[word]")[1][-1].reward == 1.0


@pytest.mark.parametrize(("game", "turns"), [(GAME, 3), (PUBLISHED, 4)])
def test_the_limit_with_and_without_the_published_oversight(game, turns):
    task = task_of(*PATH, max_turns=3)
    _, results = play(task, *["?"] * turns, game=game)
    assert [result.done for result in results] == [False] * (turns - 1) + [True]
    assert "used up" in results[-1].observation
    _, results = play(task, *["?"] * (turns - 2), "[cord]", "[word]", game=game)
    assert results[-1].solved
    assert results[-1].reward == pytest.approx(1 - 0.03 * (turns - 2))


@pytest.mark.parametrize(
    ("partial", "reward"), [("letters", 0.75), ("scaled", 0.75 * 0.97), ("none", 0.0)]
)
def test_what_a_lost_task_is_worth(partial, reward):
    game = WordLadder(partial=partial)
    _, results = play(task_of(*PATH, max_turns=3), "[cord]", "?", "?", game=game)
    assert results[-1].done
    assert not results[-1].solved
    assert results[-1].reward == pytest.approx(reward)


def test_scaled_credit_never_exceeds_a_win():
    task = task_of(*PATH, max_turns=20)
    lost = play(task, "[cord]", *["?"] * 19)[1][-1].reward
    won = play(task, "[cord]", *["?"] * 18, "[word]")[1][-1].reward
    assert 0 < lost < won < 0.75
    assert play(task, "[cord]", *["?"] * 20, game=PUBLISHED)[1][-1].reward == 0.75


def test_a_start_that_is_the_target_is_won_with_any_reply():
    task = task_of("cold")
    assert task.optimal_steps == 0
    _, (result,) = play(task, "hm", game=PUBLISHED)
    assert (result.done, result.solved, result.reward) == (True, True, 1.0)


@pytest.mark.parametrize("dictionary", ["open", "replay"])
def test_the_published_dictionary_differs_where_recordings_tell(dictionary):
    game = WordLadder(dictionary=dictionary)
    assert play(task_of("tar", "ear"), "[ter]", game=game)[1][0].facts["valid"] == (
        dictionary == "open"
    )
    assert not play(TASK, "[xold]", game=game)[1][0].facts["valid"]


@pytest.mark.parametrize(
    ("law", "path", "refused"),
    [
        ("hub card", ("cold", "cord", "card", "cord", "word"), ("cold", "cord", "word")),
        ("order right_to_left", ("cold", "cord", "word"), ("cold", "cord", "card", "care")),
        ("vocabulary cold cord word", PATH, ("cold", "cord", "lord")),
        ("contains or", PATH, ("cold", "gold")),
        ("subs consonant_swaps", PATH, ("cold", "cord", "card")),
    ],
)
def test_lawful_moves(law, path, refused):
    game = WordLadder(moves="lawful")
    task = task_of(*PATH, law=law)
    _, results = play(task, *(f"[{word}]" for word in path[1:]), game=game)
    assert results[-1].solved
    state, results = play(task, *(f"[{word}]" for word in refused[1:]), game=game)
    assert results[-1].facts["kind"] == "law"
    assert "hidden rule" in results[-1].observation
    assert state.chain == refused[:-1]


@pytest.mark.parametrize(
    "changes",
    [
        {"start_word": "Cold"},
        {"target_word": "words"},
        {"optimal_path": ("cold", "cord")},
        {"optimal_path": ()},
        {"optimal_steps": -1},
        {"max_turns": 0},
        {"max_turns": 2.0},
    ],
)
def test_a_task_that_makes_no_sense_is_refused(changes):
    with pytest.raises(SpecError):
        task_of(*PATH, **changes)


@pytest.mark.parametrize(
    "parameters",
    [{"pick": "first"}, {"graph": "huge"}, {"decay": 2}, {"limit_slack": -1}, {"dictionary": "x"}],
)
def test_a_rule_that_does_not_exist_is_refused(parameters):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        WordLadder(**parameters)


def test_published_tasks():
    config = {"start_word": "COLD", "target_word": "word", "optimal_path": list(PATH)}
    assert GAME.published_task({**config, "optimal_steps": 2, "max_turns": 10}, "frontier") == (
        task_of(*PATH, max_turns=10)
    )
    bare = GAME.published_task({"start_word": "cold", "target_word": "word"}, "frontier")
    assert (bare.optimal_steps, bare.max_turns) == (1, 20)
    with pytest.raises(SpecError, match="target_word"):
        GAME.published_task({"start_word": "cold"}, "frontier")
    assert from_data(Task, to_data(TASK)) == TASK


@given(st.lists(st.text(alphabet="[]coldwrhm ", max_size=12), max_size=25))
def test_every_reply_is_answered_and_costs_a_turn(replies):
    state, _ = GAME.start(TASK, 0)
    for number, reply in enumerate(replies, start=1):
        state, result = GAME.step(state, reply)
        assert state.turns == number
        assert 0 <= result.reward <= 1
        assert result.facts["current"] == state.chain[-1]
        if result.done:
            assert result.solved or number == TASK.max_turns
            break


def test_facts_of_a_long_word_are_short():
    _, (result,) = play(TASK, f"[{'a' * 100_000}]")
    assert result.facts["word"] is None
    assert len(result.observation) < 300


def test_demonstrations_solve_the_task():
    for game in (GAME, WordLadder(dictionary="basic")):
        replies = tuple(game.demonstrate(TASK))
        assert play(TASK, *replies, game=game)[1][-1].reward == 1.0
