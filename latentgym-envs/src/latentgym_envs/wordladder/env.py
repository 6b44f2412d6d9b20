"""The core env `wordladder`."""

import random
from collections.abc import Iterator
from typing import ClassVar, Literal

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.core_env import Facts, StepResult
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.errors import EnvError
from latentgym_envs.common.published import RecordedGame, Recordings
from latentgym_envs.wordladder import texts
from latentgym_envs.wordladder.action import Pick, parse_word
from latentgym_envs.wordladder.graph import Ladders, Path, graph_of, ladders
from latentgym_envs.wordladder.laws import Memory, places_apart, read_law
from latentgym_envs.wordladder.published import RECORDINGS
from latentgym_envs.wordladder.task import LONGEST_WORD, MAX_TURNS, Task
from latentgym_envs.words import dictionary, of_length

Kind = Literal["move", "solved", "format", "length", "word", "step", "law"]
Dictionary = Literal["open", "replay", "common", "basic"]
Partial = Literal["scaled", "letters", "none"]
LENGTHS = (3, 4, 5)  # letters of the words that latents make tasks of
SMALL_LISTS = {
    "common": "those that most people know",
    "basic": "the 850 words of Basic English",
}


@frozen(kw_only=True)
class State:
    """A position in a task.

    Attributes:
        task: The ground truth.
        chain: The words of the ladder so far, from the start word to the current one.
        turns: Replies so far.
        memory: What the hidden rule remembers of the moves.
    """

    task: Task
    chain: Path
    turns: int = 0
    memory: Memory = ()

    @property
    def solved(self) -> bool:
        """Whether the last reply led to the target."""
        return self.turns > 0 and self.chain[-1] == self.task.target_word


@frozen(kw_only=True)
class WordLadder(RecordedGame[Task, State]):
    """Turn one word into another, one letter at a time.

    Rules:
        A move changes exactly one letter of the current word and gives a word of the dictionary.
        Any other reply leaves the word as it is. Every reply costs one turn. Earlier words may be
        visited again.
    Actions:
        The next word in square brackets: `[cold]`. See `action` for the exact grammar.
    Observations:
        Whether the move was accepted, and if not why; the ladder so far and the target.
    Reward:
        Range [0, 1]. For reaching the target with reply t: max(0, 1 - decay * max(0, t - o)),
        where o is the number of steps of the task's own solution. Else see `partial`.
    End:
        The target is reached, or `max_turns` + `limit_slack` replies are used.
    Parameters:
        See Attributes.
    Source:
        The published LatentGym environment of the same name; its recordings replay exactly.
    Version history:
        1: first.

    Attributes:
        max_turns: Replies T that a task announces. Published: 20 or 10.
        limit_slack: Replies that are played beyond those announced. Published: 1, an oversight.
        decay: Reward that every reply beyond o costs, from 0 to 1.
        dictionary: Which words count: `open` (259,706), `replay` (open with the corrections that
            reproduce published judgements), `common` (40,039) or `basic` (850).
        pool: Where start and target come from: `basic` (850 words, published) or `common`.
        graph: Where solutions are looked for, which decides o and what latents say: among the
            words of the pool (`small`, published, so that a player of the larger dictionary often
            needs fewer steps than o) or of the dictionary (`full`).
        moves: `free` (published), or `lawful`: a move that no ladder under the sequence's latent
            may make is refused, so that z decides; the task's solution obeys it.
        partial: What a lost task is worth: the share of places where the current word agrees with
            the target, as it is (`letters`, published, which may exceed the reward of a slow
            win), times the reward of the slowest win (`scaled`), or nothing (`none`).
        pick: Which word of a reply counts: the `last` one, or the `first-new` one (published).
    """

    task_type: ClassVar[type] = Task
    recordings: ClassVar[Recordings[Task]] = RECORDINGS
    bracketed: ClassVar[bool] = True
    reveals_all: ClassVar[bool] = False  # a solution, but not the law that it obeys

    max_turns: int = field(default=MAX_TURNS, validator=whole_number(1))
    limit_slack: int = field(default=0, validator=whole_number(0))
    decay: float = field(default=0.03, validator=fraction)
    dictionary: Dictionary = field(
        default="open", validator=in_(("open", "replay", "common", "basic"))
    )
    pool: Literal["basic", "common"] = field(default="basic", validator=in_(("basic", "common")))
    graph: Literal["small", "full"] = field(default="small", validator=in_(("small", "full")))
    moves: Literal["free", "lawful"] = field(default="free", validator=in_(("free", "lawful")))
    partial: Partial = field(default="scaled", validator=in_(("scaled", "letters", "none")))
    pick: Pick = field(default="last", validator=in_(("last", "first-new")))

    @property
    def graph_list(self) -> str:
        """The word list that solutions are made of."""
        return self.pool if self.graph == "small" else self.dictionary

    def words(self, length: int) -> tuple[str, ...]:
        """The words of the pool that have this length."""
        return of_length(self.pool, length)

    def ladders(self, length: int) -> Ladders:
        """The ladders that tasks with words of this length can be made of."""
        return ladders(self.pool, self.graph_list, length)

    def task(self, path: Path, law: str = "") -> Task:
        """The task that a solution solves, under these rules."""
        return Task(
            start_word=path[0],
            target_word=path[-1],
            optimal_path=path,
            optimal_steps=len(path) - 1,
            max_turns=self.max_turns,
            law=law if self.moves == "lawful" else "",
        )

    def rules(self, task: Task) -> str:
        """The aim, the moves and the format; they are the same for every task."""
        del task
        limited_to = SMALL_LISTS.get(self.dictionary, "")
        return texts.rules(lawful=self.moves == "lawful", limited_to=limited_to)

    def visible(self, task: Task) -> Facts:
        """Both words and the announced number of turns."""
        return {"start": task.start_word, "target": task.target_word, "max_turns": task.max_turns}

    def start(self, task: Task, rng_key: int) -> tuple[State, str]:
        """Announce the words; there is no chance in this game."""
        del rng_key
        state = State(task=task, chain=(task.start_word,), memory=_begin(task))
        return state, texts.opening(task.start_word, task.target_word, task.max_turns)

    def step(self, state: State, reply: str) -> tuple[State, StepResult]:
        """Read a word and make the move if it is one."""
        word = parse_word(reply, state.chain[-1], self.pick)
        kind, memory = self._judge(state, word)
        moved = kind == "move"
        after = State(
            task=state.task,
            chain=(*state.chain, word) if moved and word else state.chain,
            turns=state.turns + 1,
            memory=memory,
        )
        solved = after.solved
        kind = "solved" if solved else kind  # a start that is the target needs no move
        spent = not solved and after.turns >= state.task.max_turns + self.limit_slack
        facts = {
            "kind": kind,
            "valid": kind in ("move", "solved"),
            "word": word if word is not None and len(word) <= LONGEST_WORD else None,
            "current": after.chain[-1],
        }
        said = texts.answer(kind, word, after.chain, state.task.target_word, spent=spent)
        done = solved or spent
        return after, StepResult(said, done, self._reward(after) if done else 0.0, solved, facts)

    def outcome_facts(self, state: State) -> Facts:
        """How the task ended; the solution is told by `reveal` alone."""
        return {
            "solved": state.solved,
            "reward": self._reward(state),
            "turns": state.turns,
            "chain": list(state.chain),
        }

    def revealed(self, task: Task) -> Facts:
        """The solution."""
        return {"path": list(task.optimal_path)}

    def secret(self, task: Task) -> tuple[str, Path]:
        """The hidden rule of its moves, and its solution."""
        return (task.law, task.optimal_path)

    def reveal(self, task: Task) -> str:
        """A solution."""
        steps = "1 step" if task.optimal_steps == 1 else f"{task.optimal_steps} steps"
        return f"It can be solved in {steps}: {texts.ARROW.join(task.optimal_path)}."

    def sample_task(self, rng: random.Random) -> Task:
        """Any pair of words of the pool, at least two steps apart, without a hidden rule."""
        paths = self.ladders(rng.choice(LENGTHS)).paths
        return self.task(rng.choice([each[0] for each in paths.values() if len(each[0]) > 2]))

    def demonstrate(self, task: Task) -> Iterator[str]:
        """A shortest ladder among the words of the pool, or the task's own."""
        found = graph_of(self.pool, len(task.start_word))
        known = {task.start_word, task.target_word} <= found.neighbours.keys()
        path = found.shortest_path(task.start_word, task.target_word) if known else None
        yield from (f"[{word}]" for word in (path or task.optimal_path)[1:])

    def _judge(self, state: State, word: str | None) -> tuple[Kind, Memory]:
        """What a word is, and what the hidden rule remembers after it."""
        current, task, memory = state.chain[-1], state.task, state.memory
        if word is None:
            return "format", memory
        if len(word) != len(task.target_word):
            return "length", memory
        if word not in dictionary(self.dictionary, len(word)):
            return "word", memory
        if places_apart(word, current) != 1:
            return "step", memory
        if task.law:
            law = read_law(task.law)
            after = law.after(memory, current, word, last=word == task.target_word)
            if after is None:
                return "law", memory
            memory = after
        return "move", memory

    def _reward(self, state: State) -> float:
        task = state.task
        if state.solved:
            return self._win(task, state.turns)
        if self.partial == "none":
            return 0.0
        share = sum(map(str.__eq__, state.chain[-1], task.target_word)) / len(task.target_word)
        return share if self.partial == "letters" else share * self._slowest_win(task)

    def _win(self, task: Task, turns: int) -> float:
        if task.optimal_steps == 0:
            return 1.0
        return max(0.0, 1.0 - self.decay * max(0, turns - task.optimal_steps))

    def _slowest_win(self, task: Task) -> float:
        return self._win(task, task.max_turns + self.limit_slack)


def _begin(task: Task) -> Memory:
    return read_law(task.law).begin if task.law else ()


def as_word_ladder(core_env: AnyCoreEnv, family: str) -> WordLadder:
    """The core env itself.

    Raises:
        EnvError: It is another game.
    """
    if not isinstance(core_env, WordLadder):
        raise EnvError(f"{family} makes tasks for wordladder, not for {type(core_env).__name__}.")
    return core_env
