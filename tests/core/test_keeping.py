"""`kept`: bounded, for each object by itself, gone with the object."""

import asyncio
import copy
import gc
import pickle
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import asdict, evolve, field, frozen

from latentgym_core.keeping import kept

CALLS = []
"""What was worked out; emptied before every test."""


@pytest.fixture(autouse=True)
def calls():
    CALLS.clear()
    return CALLS


@frozen(kw_only=True)
class Slotted:
    base: int = 2
    unhashable: list = field(factory=list, eq=False, repr=False)

    @kept(2)
    def power(self, exponent, *, plus=0):
        CALLS.append((self.base, exponent, plus))
        if exponent < 0:
            raise ValueError(exponent)
        return self.base**exponent + plus

    @kept(8)
    def me(self, number):
        return (self, number)


@frozen(kw_only=True)
class Child(Slotted):
    step: int = 1

    @kept(1)
    def further(self, exponent):
        return self.power(exponent) + self.step


@frozen(kw_only=True)
class Redefined(Slotted):
    @kept(2)
    def power(self, exponent):
        CALLS.append((self.base, exponent, 0))
        return self.base**exponent


@frozen(kw_only=True, slots=False)
class WithDict:
    base: int = 2

    @kept(2)
    def power(self, exponent):
        CALLS.append((self.base, exponent, 0))
        return self.base**exponent

    @kept(8)
    def me(self, number):
        return (self, number)


class Plain:
    base = 2
    power, me = WithDict.__dict__["power"], WithDict.__dict__["me"]


KINDS = pytest.mark.parametrize("kind", [Slotted, Child, Redefined, WithDict, Plain])


@KINDS
def test_a_result_is_worked_out_once_and_only_the_latest_stay(kind, calls):
    one = kind()
    assert [one.power(k) for k in (1, 2, 1, 2)] == [2, 4, 2, 4]
    assert len(calls) == 2
    assert [one.power(k) for k in (3, 2, 1)] == [8, 4, 2]
    assert [exponent for _, exponent, _ in calls] == [1, 2, 3, 1]


@KINDS
def test_objects_do_not_share_and_do_not_push_each_other_out(kind, calls):
    several = [kind() for _ in range(5)]
    for each in several * 2:
        each.power(3)
    assert len(calls) == 5


@KINDS
def test_an_object_goes_even_where_its_results_hold_it(kind):
    one = kind()
    assert one.me(1)[0] is one
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_keywords_count_and_an_error_is_not_kept(calls):
    one = Slotted()
    assert [one.power(1), one.power(1, plus=1), one.power(1, plus=1)] == [2, 3, 3]
    assert len(calls) == 2
    for _ in range(2):
        with pytest.raises(ValueError, match="-1"):
            one.power(-1)
    assert len(calls) == 4


def test_a_kept_method_may_ask_another(calls):
    one = Child(base=3)
    assert [one.further(2), one.further(2), one.power(2)] == [10, 10, 9]
    assert len(calls) == 1


def test_nothing_of_it_shows(calls):
    asked, fresh = Slotted(base=3), Slotted(base=3)
    asked.power(2)
    assert asked == fresh
    assert hash(asked) == hash(fresh)
    assert repr(asked) == repr(fresh) == "Slotted(base=3)"
    assert asdict(asked) == asdict(fresh)
    assert pickle.dumps(asked) == pickle.dumps(fresh)
    for other in (evolve(asked), pickle.loads(pickle.dumps(asked)), copy.copy(asked)):
        assert other.power(2) == 9
    assert evolve(asked, base=4).power(2) == 16
    assert len(calls) == 5


def test_tasks_and_threads_may_ask_at_once():
    one = Child()

    async def ask():
        return await asyncio.gather(*(asyncio.to_thread(one.further, k % 4) for k in range(64)))

    expected = [2 ** (k % 4) + 1 for k in range(64)]
    assert asyncio.run(ask()) == expected
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one.further, (k % 4 for k in range(64)))) == expected


def test_it_costs_plugins_nothing():
    code = "import sys, latentgym_core.keeping; print({'numpy', 'attrs'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "set()"
