"""Checks that `visible`, the public part of a task as facts, gives nothing away.

A scripted player reads these facts instead of the opening. So they may hold what the opening
tells, and neither may hold the answer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from latentgym_core.testing.checks.secrecy_checks import opening_of
from latentgym_core.testing.result import Verdict, brief, difference, failed, ok, skipped
from latentgym_core.testing.sameness import canonical
from latentgym_core.testing.subject import Game, Sample

ALWAYS = 0.9
"""Share of tasks from which on a fact is said to hold the answer."""
GAP = "…"
WORD = re.compile(r"[\w.-]*\w")


def visible_tells_no_more_than_opening(game: Game) -> Verdict:
    """Tasks with equal rules and first observation have equal visible facts."""
    alike: dict[str, list[Sample]] = defaultdict(list)
    for sample in game.samples:
        alike[opening_of(game, sample)].append(sample)
    for first, *others in alike.values():
        for other in others:
            seen = [canonical(game.core_env.visible(each.task)) for each in (first, other)]
            if seen[0] != seen[1]:
                return failed(
                    f"two tasks open with equal words, but their visible facts differ, so scripted "
                    f"players know more than anybody is told ({first.where}; {other.where}): "
                    f"{difference(*seen)}"
                )
    if len(alike) == len(game.samples):
        return skipped("no two of the drawn tasks open alike")
    return ok(f"{len(game.samples)} tasks, {len(alike)} different openings")


def visible_names_no_answer(game: Game) -> Verdict:
    """No visible fact is the answer, nor all that `reveal` has to tell."""
    answers = [game.core_env.answer_text(each.task).strip().lower() for each in game.samples]
    reveals = [game.core_env.reveal(each.task).lower() for each in game.samples]
    facts = [_places(game.core_env.visible(each.task)) for each in game.samples]
    for place in facts[0]:
        values = [each.get(place, "") for each in facts]
        if _holds(values, answers):
            said = f"holds the answer, which answer_text calls {brief(answers[0])}"
        elif any(_holds(reveals, words) for words in _by_position(values)):
            said = f"is all that varies in what reveal tells: {brief(reveals[0])}"
        else:
            continue
        return failed(
            f"the visible fact {place} = {brief(values[0])} {said} ({game.samples[0].where}, and "
            f"nearly every other task)"
        )
    return ok(f"the answers of {len(game.samples)} tasks are not among their visible facts")


def _by_position(texts: list[str]) -> list[tuple[str, ...]]:
    """First words of all texts, second words, and so on; empty where a text has no more."""
    return list(zip_longest(*(WORD.findall(text) for text in texts), fillvalue=""))


def _holds(texts: list[str], parts: Sequence[str]) -> bool:
    """Whether the texts are nearly always their parts in one constant frame, and the parts vary.

    So `door 3` and `door 5` hold 3 and 5; a list of choices with the answer somewhere does not.
    """
    framed: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for text, part in zip(texts, parts, strict=True):
        if part and part in text:
            frame = text.replace(part, GAP)
            framed[frame].add(part)
            counts[frame] += 1
    return any(
        counts[frame] >= ALWAYS * len(texts) and len(seen) > 1 for frame, seen in framed.items()
    )


def _places(data: Any, place: str = "") -> dict[str, str]:
    """Every scalar of JSON data in lower case, by its place; the items of a list are numbered."""
    if isinstance(data, Mapping):
        items: Iterable[tuple[Any, Any]] = data.items()
    elif isinstance(data, list | tuple):
        items = enumerate(data)
    else:
        return {place: str(data).lower()}
    found: dict[str, str] = {}
    for key, value in items:
        found |= _places(value, f"{place}.{key}".lstrip("."))
    return found


ANSWER_CHECKS = (visible_tells_no_more_than_opening, visible_names_no_answer)
