"""What word ladder says to its players."""

from latentgym_envs.wordladder.task import LONGEST_WORD

FORMAT = "Write only your next word in square brackets, for example [cold]."
ARROW = " -> "


def rules(*, lawful: bool, limited_to: str) -> str:
    """Aim, moves and format."""
    parts = [
        "Turn a start word into a target word. Each move changes exactly one letter of the current "
        "word and must give a valid English word. You may think aloud, and you may return to "
        "earlier words.",
    ]
    if limited_to:
        parts.append(f"Valid words are {limited_to}.")
    if lawful:
        parts.append(
            "Moves also obey a hidden rule: a move that breaks it is refused, and you stay where "
            "you are."
        )
    parts.append("Every reply uses one turn. The fewer replies you need, the better your score.")
    return "\n".join([*parts, f"{FORMAT} Do not write the whole chain."])


def opening(start: str, target: str, turns: int) -> str:
    """The first observation of a task."""
    limit = "1 turn" if turns == 1 else f"{turns} turns"
    return f"Start word: {start}. Target word: {target}. You have {limit}. What is your next word?"


def answer(kind: str, word: str | None, chain: tuple[str, ...], target: str, *, spent: bool) -> str:
    """What a reply led to.

    Args:
        kind: Of the turn's facts.
        word: The word that was read; None if there is none.
        chain: The words of the ladder after the reply.
        target: The word to reach.
        spent: Whether this was the last reply of the task, without success.
    """
    ladder = ARROW.join(chain)
    if kind == "solved":
        return f"{target} is the target: you made it. Your ladder: {ladder}."
    shown = "That word" if word is None or len(word) > LONGEST_WORD else word
    said = {
        "move": f"{shown} is accepted.",
        "format": f"There is no word in square brackets in that reply. {FORMAT}",
        "length": f"{shown} does not have {len(target)} letters.",
        "word": f"{shown} is not a word that counts here.",
        "step": f"{shown} does not differ from {chain[-1]} in exactly one letter.",
        "law": f"{shown} is a word, but the hidden rule does not allow this move.",
    }[kind]
    if spent:
        return f"{said} Your turns are used up. Your ladder: {ladder}. The target was {target}."
    return f"{said} Your ladder so far: {ladder}. The target is {target}."
