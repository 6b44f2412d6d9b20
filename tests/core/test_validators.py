"""Validators say in one sentence what is wrong and what is allowed."""

import math

import pytest
from attrs import define, field

from latentgym_core.contract import validators
from latentgym_core.errors import SpecError


def told(validator, value):
    """What is said of a value; empty if it fits."""

    @define
    class Record:
        limit: object = field(validator=validator)

    try:
        Record(value)
    except SpecError as error:
        return str(error)
    return ""


WHOLE, RATE = validators.whole_number(1), validators.number(0, 2, above=True)
KIND = validators.one_of(("steel", "brass"))


@pytest.mark.parametrize(
    ("validator", "fits", "does_not", "sentence"),
    [
        (WHOLE, [1, 7], [0, True, 1.0, "1", None], "it is a whole number from 1."),
        (validators.whole_number(), [-3, 0], [True, 0.5], "it is a whole number."),
        (RATE, [2, 1e-9], [0, -1, 2.1, True, math.nan, "1"], "it is a number above 0 to 2."),
        (validators.number(1), [1, 1e99], [0.9, math.nan], "it is a number from 1."),
        (validators.fraction, [0, 0.5, 1], [-0.1, 1.1, False, None], "it is a number from 0 to 1."),
        (validators.name, ["a"], ["", 3, None], "it is a name in quotes."),
        (validators.flag, [True, False], [1, "yes"], "it is true or false."),
        (
            validators.weights,
            [{}, {"a": 1}],
            [3, {"a": 0}, {"a": True}, {"a": math.inf}],
            "above 0.",
        ),
    ],
)
def test_what_fits_passes_and_what_does_not_is_named(validator, fits, does_not, sentence):
    assert [told(validator, value) for value in fits] == [""] * len(fits)
    for value in does_not:
        assert told(validator, value).startswith(f"limit is {value!r}; ")
        assert told(validator, value).endswith(sentence)


def test_a_near_miss_is_answered_with_what_was_meant():
    assert told(KIND, "brass") == ""
    assert "allowed are steel, brass; did you mean steel?" in told(KIND, "stel")


def test_a_list_of_names_names_the_one_that_is_none():
    assert told(validators.names, ("a", "b")) == ""
    assert told(validators.names, ("a", "")) == "limit holds ''; it is a list of names."
