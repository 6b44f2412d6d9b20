"""What all latents of mastermind have in common."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from attrs import field, frozen

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.filters import FilterLatent
from latentgym_core.wording import choices
from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.task import Task

if TYPE_CHECKING:
    from latentgym_core.families.distinct_draws import Mask

ValueT = TypeVar("ValueT")
MAX_DIGIT = 20  # the largest digit that an open family asks about


@frozen(kw_only=True)
class CodeLatent(FilterLatent[ValueT]):
    """A predicate on codes; every task draws uniformly, with replacement, from those it holds for.

    An open family never draws a value that holds for all codes, because nothing could be learned.
    A preset may fix one: then it is a control.

    Attributes:
        value: The fixed predicate; None: drawn once per sequence.
        min_pool: Fewest codes a predicate may leave, at least 1.
    """

    value: Any = field(default=None)

    @value.validator
    def _check(self, _: Any, value: Any) -> None:
        allowed = tuple(self.values())
        if value is not None and (type(value), value) not in [(type(v), v) for v in allowed]:
            raise SpecError(
                f"{self.family} has no value {value!r}; it has {choices(value, allowed)}"
            )

    @abstractmethod
    def accepts(self, candidate: Code, value: ValueT) -> bool:
        """Whether the predicate holds for a code."""

    def pool(self, core_env: AnyCoreEnv) -> Sequence[Code]:
        """All codes of the game, in lexicographic order."""
        return tuple(self._game(core_env).codes())

    def make_task(self, candidate: Code, core_env: AnyCoreEnv) -> Task:
        """A task under the rules of the game."""
        return self._game(core_env).task(candidate)

    def candidate(self, task: Task) -> Code:
        """The code."""
        return task.secret_code

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> "Mask":
        """The codes that would have been answered so."""
        from latentgym_envs.mastermind.latents.fitting import fitting_codes

        return fitting_codes(self._game(core_env), told)

    def hint(self) -> str:
        """That there may be a pattern."""
        return "The digits of the codes may follow a pattern."

    def _game(self, core_env: AnyCoreEnv) -> Mastermind:
        if not isinstance(core_env, Mastermind):
            raise EnvError(f"{self.family} makes tasks for mastermind alone.")
        return core_env

    def _usable(self, core_envs: tuple[AnyCoreEnv, ...]) -> list[ValueT]:
        usable = super()._usable(core_envs)
        if self.value is not None:
            return usable
        sizes = {game: self._game(game).num_codes for game in core_envs}
        return [
            value
            for value in usable
            if any(len(self.members(game, value)) < size for game, size in sizes.items())
        ]

    def _shortage(self, core_envs: tuple[AnyCoreEnv, ...]) -> str:
        games = [self._game(each) for each in core_envs]
        if self.value is None:
            found = f"No value of {self.family} leaves only some of the codes, and enough of them"
        else:
            sizes = (f"{len(self.members(each, self.value))} of {each.num_codes}" for each in games)
            found = f"{self.family} with {self.value!r} leaves {', '.join(sizes)} codes"
        remedy = (
            "choose another latent, code_length or num_numbers"
            if all(game.duplicates_allowed for game in games)
            else "allow repeated digits with ?env.duplicates_allowed=true"
        )
        return f"{found}; it needs at least {max(1, self.min_pool)}: {remedy}."


@frozen(kw_only=True)
class WordedLatent(CodeLatent[str]):
    """A family of a few named predicates."""

    z_type: ClassVar[Any] = str
    clauses: ClassVar[Mapping[str, str]]
    """Every value of the family, and what it says of a code; `{0.name}` is a hyperparameter."""
    topic: ClassVar[str]
    """What all of its predicates speak of, for `full_info`."""

    def values(self) -> Iterable[str]:
        """The names of the predicates."""
        return self.clauses

    def describe(self, z: str) -> str:
        """What the predicate says."""
        return f"In every secret code {self.clauses[z].format(self)}."

    def disclosure(self) -> str:
        """The topic and the number of predicates."""
        return (
            f"All secret codes obey one and the same rule about {self.topic}; it is one of "
            f"{len(self.clauses)} such rules."
        )


@frozen(kw_only=True)
class DigitLatent(CodeLatent[int]):
    """A family with one predicate for each digit."""

    z_type: ClassVar[Any] = int
    clause: ClassVar[str]
    """What the predicate says of a code, with `{digit}` for the digit."""
    topic: ClassVar[str]
    """What all of its predicates speak of, for `full_info`."""

    def values(self) -> Iterable[int]:
        """The digits."""
        return range(1, MAX_DIGIT + 1)

    def describe(self, z: int) -> str:
        """What the predicate says."""
        return f"In every secret code {self.clause.format(digit=z)}."

    def disclosure(self) -> str:
        """The topic; there is one predicate for each digit."""
        return (
            f"All secret codes obey one and the same rule about {self.topic}: there is one such "
            f"rule for each digit."
        )
