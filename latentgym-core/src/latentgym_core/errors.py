"""Every exception LatentGym raises on purpose.

Vocabulary: bad input from a person or a plugin is an exception with one clear sentence; an
illegal move by an agent is an observation, never an exception; a failed model call is an
`AgentError`, which the rollout turns into recorded data of one sequence.
"""

from collections.abc import Iterable

from latentgym_core.wording import did_you_mean, nearest, one_line


class LatentGymError(Exception):
    """Base of all errors that the command line prints as one sentence."""


class SpecError(LatentGymError, ValueError):
    """A malformed id, a bad parameter or a bad record."""


class WrongTypeError(LatentGymError, TypeError):
    """Something of another type than a function takes; the sentence says what it takes.

    Args:
        what: What was asked for, as the sentence begins (`A reply is text`).
        given: What was given instead.
        hint: What to write, as the sentence ends.
    """

    def __init__(self, what: str, given: object, hint: str = "") -> None:
        shown = one_line(repr(given))
        end = f"; {hint}." if hint else "."
        super().__init__(f"{what}, and {shown} is of type {type(given).__name__}{end}")


class UnknownNameError(LatentGymError, LookupError):
    """A name that nothing registered.

    Args:
        kind: What was looked up, in words (`latent of number_guessing`).
        name: The name asked for.
        known: The names that exist.
        command: The command that lists them.
        instead: What the name is, if it is something else.
    """

    def __init__(
        self, kind: str, name: str, known: Iterable[str], command: str, instead: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        names = tuple(known)
        self.suggestions = nearest(name, names, most=3)
        hint = f"; {instead}." if instead else did_you_mean(name, names, most=3)
        super().__init__(f"There is no {kind} named {name!r}{hint} `{command}` lists them all.")


class NameConflictError(LatentGymError):
    """Two plugins claim one name, so using the name would depend on install order."""


class PluginError(LatentGymError):
    """A plugin failed where it was used, or under LATENTGYM_STRICT_PLUGINS when it was loaded."""


class EnvError(LatentGymError):
    """A core env, a latent or a sequence cannot do what was asked of it."""


class AgentError(LatentGymError):
    """An agent could not reply; costs the sequence it was playing and nothing else."""


class ProviderError(AgentError):
    """A model server answered with an error that no retry could save.

    Args:
        message: One sentence for the reader.
        status_code: HTTP status, None when no answer came.
        attempts: How many calls were made.
    """

    def __init__(self, message: str, *, status_code: int | None = None, attempts: int = 1) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.attempts = attempts


class ContextOverflowError(AgentError):
    """The transcript no longer fits the model's context: the sequence is truncated, not failed."""


class TrajectoryError(LatentGymError, ValueError):
    """A trajectory file has the wrong schema or is damaged before its last line."""


class MissingDependencyError(LatentGymError, ImportError):
    """An optional package is absent; the sentence says which `pip install` to run."""
