"""What bandits says to its players.

No text holds anything that the grammar reads as a selection, because players quote their rules.
"""

from collections.abc import Sequence

from latentgym_envs.bandits.rates import DECIMALS

INVALID = {
    "bad_button": "That is not the name of a button",
    "bad_format": "There is no button in square brackets in that reply",
}
NOTICE = "Your turns for trying buttons are used up: your next reply has to be your final choice."


def rules(buttons: Sequence[str], *, can_select: bool, pays_early: bool) -> str:
    """Aim, answers and format; neither the probabilities nor the reward formula."""
    first = buttons[0]
    parts = [
        f"There are {len(buttons)} buttons: {', '.join(buttons)}. Each press of a button pays "
        f"either 0 or 1. Each button has a hidden probability of paying 1, which stays the same "
        f"as long as the task lasts. Find the button with the highest probability.",
        f"To press a button, write its name in square brackets, for example [{first}].",
    ]
    if can_select:
        parts.append(
            "To make your final choice, write the word select and the name of the button in one "
            "pair of square brackets, as in [select ...]. That ends the task."
        )
    parts.append("A button that you press on the last turn is your final choice.")
    if pays_early:
        parts.append("The earlier you choose the right button, the more it is worth.")
    parts.append("Use square brackets for your action alone.")
    return "\n".join(parts)


def opening(buttons: Sequence[str], max_turns: int, *, can_select: bool) -> str:
    """The first observation of a task."""
    turns = "1 turn" if max_turns == 1 else f"up to {max_turns} turns"
    how = "Press a button, or select one as your final choice." if can_select else "Press a button."
    return f"The {len(buttons)} buttons are {', '.join(buttons)}. You have {turns}. {how}"


def pressed(button: str, outcome: int) -> str:
    """What a press paid."""
    return f"You pressed {button}. It paid {outcome}."


def invalid(kind: str, buttons: Sequence[str]) -> str:
    """Which of the two things is wrong with a reply."""
    return (
        f"{INVALID[kind]}, so nothing was pressed. The buttons are {', '.join(buttons)}; write one "
        f"name in square brackets."
    )


def no_choice(kind: str) -> str:
    """What is wrong with a last reply, which ends the task."""
    return f"{INVALID[kind]}, and that was your last turn: you made no final choice."


def chosen(button: str | None, turns: int, *, correct: bool) -> str:
    """How a final choice turned out; None is a name that no button has."""
    on = f"on turn {turns}"
    if button is None:
        return f"Your final choice {on} is not one of the buttons, so it is wrong."
    if correct:
        return f"Your final choice {on} is {button}. Correct: it has the highest probability."
    return f"Your final choice {on} is {button}. Wrong: another button has a higher probability."


def revealed(buttons: Sequence[str], probabilities: Sequence[float]) -> str:
    """All probabilities rounded, the highest first."""
    ranked = sorted(zip(buttons, probabilities, strict=True), key=lambda pair: -pair[1])
    listed = ", ".join(f"{button} {probability:.{DECIMALS}f}" for button, probability in ranked)
    return f"The best button was {ranked[0][0]}. The probabilities were: {listed}."
