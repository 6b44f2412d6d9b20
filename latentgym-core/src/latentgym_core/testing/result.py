"""What a check found."""

from collections.abc import Callable
from typing import Any, Literal

from attrs import frozen

from latentgym_core.runs.component_faults import raised_in
from latentgym_core.wording import counted

Status = Literal["ok", "failed", "skipped"]


@frozen
class Verdict:
    """The answer of one check.

    Attributes:
        status: `skipped` when there was nothing to check.
        sentence: What was looked at; for a failure what differed, with the smallest example.
    """

    status: Status
    sentence: str


@frozen(kw_only=True)
class CheckResult:
    """The answer of one check about one subject.

    Attributes:
        subject: A core env, or `core_env/latent`.
        name: The check.
        status: `ok`, `failed`, or `skipped` when there was nothing to check.
        sentence: What was looked at; for a failure what differed, with the smallest example.
    """

    subject: str
    name: str
    status: Status
    sentence: str

    @property
    def failed(self) -> bool:
        """Whether the contract is broken."""
        return self.status == "failed"


def ok(sentence: str) -> Verdict:
    """The contract holds for all that was looked at."""
    return Verdict("ok", sentence)


def failed(sentence: str) -> Verdict:
    """The contract is broken."""
    return Verdict("failed", sentence)


def skipped(sentence: str) -> Verdict:
    """There was nothing to check."""
    return Verdict("skipped", sentence)


def run_check(check: Callable[[Any], Verdict], of: Any, subject: str) -> CheckResult:
    """Run one check; one that raises has failed, because the contract lets nothing raise."""
    try:
        verdict = check(of)
    except (Exception, SystemExit) as error:
        verdict = failed(f"it raised {explain(error)}")
    name = check.__name__.replace("_", " ")
    return CheckResult(subject=subject, name=name, status=verdict.status, sentence=verdict.sentence)


def explain(error: BaseException) -> str:
    """An error in one line, with the method of a component that it was raised in, if any."""
    said = " ".join(str(error.args[0]).split()) if error.args else ""
    named = f"{type(error).__name__}: {_cut(said)}" if said else type(error).__name__
    place = raised_in(error)
    return f"{named}, raised in {place}" if place else named


def brief(value: object) -> str:
    """A value as Python would write it, cut in the middle when it is long."""
    return _cut(repr(value))


def _cut(text: str, limit: int = 80) -> str:
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} … {text[-limit // 4 :]} ({counted(len(text), 'character')})"


def difference(left: str, right: str) -> str:
    """The first place where two texts part, with a little around it."""
    parting = next(
        (i for i, (one, other) in enumerate(zip(left, right, strict=False)) if one != other),
        min(len(left), len(right)),
    )
    start = max(0, parting - 15)
    return f"{left[start : parting + 25]!r} against {right[start : parting + 25]!r}"
