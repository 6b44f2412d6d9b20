"""One played sequence as the page loads it, with what was found in it and what people say."""

from typing import Any

from latentgym_core.errors import LatentGymError
from latentgym_core.records.serial import to_data
from latentgym_viz.explorer.following.followed_runs import StoredPlay
from latentgym_viz.explorer.following.rows import Played, json_object
from latentgym_viz.reviews.records import Review
from latentgym_viz.reviews.store import read_reviews, reviews_path


def sequence_data(play: StoredPlay) -> dict[str, Any]:
    """Everything a page shows of a sequence.

    What a page cannot use is left out: the keys of chance, and the agent of a turn or task where
    it is the agent of the whole sequence.
    """
    record = json_object(play.trajectory)
    record.pop("task_keys", None)
    for part in (*record.get("turns", ()), *record.get("outcomes", ())):
        if isinstance(part, dict) and part.get("agent") == record.get("agent"):
            del part["agent"]
    return {
        "key": play.entry.key,
        "trajectory": record,
        "analysis": json_object(play.analysis) if play.analysis else None,
        "reviews": [to_data(review) for review in _reviews(play)],
    }


def _reviews(play: StoredPlay) -> list[Review]:
    """What people say of it; nothing if their file cannot be read."""
    if not play.source.holds(reviews_path(play.source.path)):
        return []
    try:
        reviews = read_reviews(play.source.path)
    except (LatentGymError, OSError):
        return []
    return [each for each in reviews if _subject(each) == play.entry.row.played]


def _subject(review: Review) -> Played:
    return Played(review.env_id, review.split, review.seed, review.agent)
