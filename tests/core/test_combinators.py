import json
import random
from typing import Any, ClassVar

import pytest
from attrs import frozen

from latentgym_core.contract.latent import Latent, TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.combinators import Alternating, Cyclic, FixedList, Progressive
from latentgym_core.records.serial import to_data
from latentgym_core.sequence.environment import hyperparameters


@frozen(kw_only=True)
class Number:
    value: int


@frozen(kw_only=True)
class Count:
    start: int


class Game:
    task_type = Number


@frozen(kw_only=True)
class Counter(Latent[Count]):
    """Task e is start + e: shows which index and history a part is given."""

    family: ClassVar[str] = "counter"
    z_type: ClassVar[Any] = Count
    base: int = 0

    def draw(self, core_envs, rng):
        return Count(start=self.base + rng.randrange(10))

    def task(self, z, context, rng):
        assert [task.value for task in context.history] == [
            z.start + e for e in range(context.index)
        ]
        return Number(value=z.start + context.index)

    def describe(self, z):
        return f"Counting from {z.start}."

    def disclosure(self):
        return "Counting."

    def log_prob(self, task, z, context):
        return 0.0 if task.value == z.start + context.index else float("-inf")


PARTS = (Counter(base=100), Counter(base=200), Counter(base=300))


def drawn(latent, num_tasks):
    z = latent.draw((Game(),), random.Random(1))
    tasks: tuple = ()
    for index in range(num_tasks):
        context = TaskContext(Game(), "game", index, num_tasks, tasks)
        task = latent.task(z, context, random.Random(index))
        if isinstance(latent, Cyclic):
            assert latent.log_prob(task, z, context) == 0.0
            assert latent.log_prob(Number(value=-1), z, context) == float("-inf")
        tasks += (task,)
    return z, [task.value for task in tasks]


def test_parts_take_turns_and_see_their_own_tasks_alone():
    z, values = drawn(Cyclic(of=PARTS), 7)
    a, b, c = (part.start for part in z)
    assert values == [a, b, c, a + 1, b + 1, c + 1, a + 2]


def test_alternating_takes_exactly_two():
    z, values = drawn(Alternating(of=PARTS[:2]), 4)
    assert values == [z[0].start, z[1].start, z[0].start + 1, z[1].start + 1]
    with pytest.raises(SpecError, match="takes two latents, not 3"):
        Alternating(of=PARTS)


@pytest.mark.parametrize(("num_tasks", "blocks"), [(6, [2, 2, 2]), (7, [3, 2, 2]), (2, [1, 1, 0])])
def test_progressive_cuts_the_horizon_into_blocks(num_tasks, blocks):
    _, values = drawn(Progressive(of=PARTS), num_tasks)
    assert [sum(value // 100 == hundred for value in values) for hundred in (1, 2, 3)] == blocks
    assert values == sorted(values)


def test_z_round_trips_through_json():
    latent = Cyclic(of=(*PARTS, Alternating(of=PARTS[:2])))
    z = latent.draw((Game(),), random.Random(3))
    assert latent.z_from_data(json.loads(json.dumps(to_data(z)))) == z


def test_texts_speak_for_every_part():
    latent = Alternating(of=PARTS[:2])
    z = latent.draw((Game(),), random.Random(3))
    assert latent.disclosure().count("Counting.") == 2
    assert str(z[0].start) in latent.describe(z)
    assert str(z[0].start) not in latent.disclosure()


def test_hyperparameters_tell_the_parts_apart():
    one = hyperparameters(Alternating(of=PARTS[:2]))
    assert one != hyperparameters(Alternating(of=PARTS[1:]))
    assert json.loads(json.dumps(one)) == {
        "of": [["counter", {"base": 100}], ["counter", {"base": 200}]]
    }


def test_too_few_parts_are_refused():
    with pytest.raises(SpecError, match="at least two"):
        Cyclic(of=PARTS[:1])


def test_a_fixed_list_is_played_in_order_and_again(tmp_path):
    text = '[{"value": 5}, {"value": 9}]'
    file = tmp_path / "tasks.json"
    file.write_text(text)
    for tasks in (text, str(file), ({"value": 5}, {"value": 9})):
        assert drawn(FixedList(tasks=tasks), 5)[1] == [5, 9, 5, 9, 5]


@pytest.mark.parametrize(
    ("tasks", "error", "said"),
    [
        ("[]", EnvError, "0 tasks"),
        ("nowhere.json", SpecError, "nowhere.json"),
        ("[1]", SpecError, "list of objects"),
        ("[{", SpecError, "no JSON"),
    ],
)
def test_bad_lists_are_one_sentence(tasks, error, said):
    with pytest.raises(error, match=said):
        FixedList(tasks=tasks)


def test_a_listed_task_with_an_unknown_field_is_refused():
    with pytest.raises(SpecError, match="valeu"):
        drawn(FixedList(tasks='[{"valeu": 5}]'), 1)
