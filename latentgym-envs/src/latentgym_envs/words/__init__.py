"""Word lists that ship with the package; `NOTICES.txt` tells their sources and licences.

| list | words | what it is for |
|---|---|---|
| `basic` | 850 | Ogden's Basic English in its listed order: the published targets |
| `common` | 40,039 | words most people know (SCOWL size 35): a larger pool of targets |
| `open` | 259,706 | everything that counts as a word: validity of guesses and moves |
| `replay` | 259,671 | `open` with the corrections that reproduce published judgements |

A list is kept by word length and loads in a few milliseconds, once per process and length;
nothing is downloaded.
`latentgym-envs/scripts/build_words.py` builds the data.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from zipfile import ZipFile

from latentgym_core.errors import SpecError
from latentgym_core.wording import choices

LISTS = ("basic", "common", "open", "replay")
# The published dictionary differs from `open` in these words, as far as recordings show.
REPLAY_ADDS = frozenset(["bolds", "brans", "cafe", "goos", "neons", "ors"])
REPLAY_BANS = frozenset(
    """
    cel ceres coney cong cru dat ert evite fard foin frt greys haar herm hoo hort kain keef lethe
    lunk mut narks nav neral pase pein pood preys puls pwt rale rall ropey siree sone sox tace ter
    terra tesla typ
    """.split()
)


@cache
def words(name: str) -> tuple[str, ...]:
    """A whole list in its own order: `basic` as Ogden listed it, the others alphabetically."""
    if _checked(name) == "basic":
        return tuple((_data() / "basic_850.txt").read_text("utf-8").split())
    with _archive(name) as archive:
        lengths = [int(member.removesuffix(".txt")) for member in archive.namelist()]
    return tuple(sorted(word for length in lengths for word in of_length(name, length)))


@cache
def of_length(name: str, length: int) -> tuple[str, ...]:
    """The words of a list that have `length` letters, in the list's order."""
    if _checked(name) == "basic":
        return tuple(word for word in words(name) if len(word) == length)
    with _archive(name) as archive:
        member = f"{length:02}.txt"
        text = archive.read(member).decode() if member in archive.namelist() else ""
    listed = tuple(text.split())
    if name != "replay":
        return listed
    added = {word for word in REPLAY_ADDS if len(word) == length}
    return tuple(sorted(added.union(listed) - REPLAY_BANS))


@cache
def dictionary(name: str, length: int) -> frozenset[str]:
    """The words of a list that have `length` letters as a set, for membership."""
    return frozenset(of_length(name, length))


def _checked(name: str) -> str:
    """A known list's name, unchanged.

    Raises:
        SpecError: There is no list of that name.
    """
    if name not in LISTS:
        raise SpecError(f"There is no word list {name!r}; there are {choices(name, LISTS)}")
    return name


def _data() -> Traversable:
    return files(__package__) / "data"


def _archive(name: str) -> ZipFile:
    listed = "open" if name == "replay" else name
    return ZipFile(BytesIO((_data() / f"{listed}.zip").read_bytes()))
