import hashlib
import re
from pathlib import Path

import pytest

from latentgym_core.errors import SpecError
from latentgym_envs import words as package
from latentgym_envs.words import LISTS, dictionary, of_length, words

NOTICES = Path(package.__file__).with_name("NOTICES.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["basic", "common", "open"])
def test_the_lists_are_the_ones_the_notices_name(name):
    text = "".join(f"{word}\n" for word in words(name)).encode()
    assert hashlib.sha256(text).hexdigest() in NOTICES


def test_sizes():
    assert [len(words(name)) for name in LISTS] == [850, 40_039, 259_706, 259_671]
    assert [len(of_length("basic", length)) for length in (3, 4, 5)] == [90, 241, 192]


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_is_a_lower_case_word_and_there_once(name):
    assert all(re.fullmatch("[a-z]{1,15}", word) for word in words(name))
    lengths = {len(word) for word in words(name)}
    assert sum(len(dictionary(name, length)) for length in lengths) == len(words(name))


def test_targets_count_as_words():
    for length in range(2, 15):
        for judge in ("open", "replay"):
            assert dictionary("basic", length) <= dictionary(judge, length)
        if length > 2:
            assert dictionary("common", length) <= dictionary("open", length)


def test_the_replay_list_differs_from_open_by_its_overlay_alone():
    overlay = package.REPLAY_ADDS | package.REPLAY_BANS
    assert set(words("replay")) ^ set(words("open")) == overlay


def test_a_length_without_words_is_empty():
    assert of_length("open", 40) == ()


def test_an_unknown_list_is_one_sentence():
    with pytest.raises(SpecError, match="basic, common, open, replay"):
        words("closed")
