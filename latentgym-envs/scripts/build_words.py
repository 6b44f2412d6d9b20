"""Build the word lists of `latentgym_envs.words` from openly licensed packages.

    pip download --no-deps english-words==2.0.2
    apt-get download wamerican-large wbritish-large wamerican-small     # 2020.12.07-2
    for package in *.deb; do dpkg -x $package scowl; done
    python build_words.py english_words-2.0.2-py3-none-any.whl scowl/usr/share/dict

Each list is a zip archive with one member for each word length, one word a line, sorted, so that
a game loads only the lengths it plays. Time stamps are fixed, so that the bytes repeat.

* `open`: lower-case entries of the 1934 dictionary list `web2` ∪ SCOWL size 70, US and GB ∪ Basic
  English; 2 to 15 letters. What counts as a word.
* `common`: lower-case entries of SCOWL size 35, US ∪ Basic English; 3 to 15 letters. Words that
  most people know: the larger pool that targets can be drawn from.
"""

import argparse
import hashlib
import pickle
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

WORD = re.compile(r"[a-z]+")
DATA = Path(__file__).parents[1] / "src/latentgym_envs/words/data"


def lower_case(entries: Iterable[str]) -> set[str]:
    """The entries that are plain lower-case words."""
    return {entry for entry in entries if WORD.fullmatch(entry)}


def web2(wheel: Path) -> set[str]:
    """Lower-case entries of the `web2` set; its capitalised ones are names."""
    with zipfile.ZipFile(wheel) as archive:
        return lower_case(pickle.loads(archive.read("english_words/data/web2.pickle")))


def scowl(dictionaries: Path, *names: str) -> set[str]:
    """Lower-case entries of SCOWL lists as the distribution packages them."""
    files = [dictionaries / name for name in names]
    return set().union(*(lower_case(file.read_text("utf-8").split()) for file in files))


def write(name: str, words: Iterable[str]) -> None:
    """Write one list and print its size and the checksum of all its words in one text."""
    ordered = sorted(words)
    with zipfile.ZipFile(DATA / f"{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for length in sorted({len(word) for word in ordered}):
            member = zipfile.ZipInfo(f"{length:02}.txt", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(member, _lines(word for word in ordered if len(word) == length))
    checksum = hashlib.sha256(_lines(ordered).encode()).hexdigest()
    print(f"{name}: {len(ordered)} words, sha256 {checksum}")  # noqa: T201


def _lines(words: Iterable[str]) -> str:
    return "".join(f"{word}\n" for word in words)


def main() -> None:
    """Read the sources named on the command line and write the package data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path, help="english_words-2.0.2-py3-none-any.whl")
    parser.add_argument("dictionaries", type=Path, help="folder with american-english-large, …")
    given = parser.parse_args()
    basic = set((DATA / "basic_850.txt").read_text("utf-8").split())
    large = scowl(given.dictionaries, "american-english-large", "british-english-large")
    everything = web2(given.wheel) | large | basic
    write("open", (word for word in everything if 2 <= len(word) <= 15))
    common = scowl(given.dictionaries, "american-english-small") | basic
    write("common", (word for word in common & everything if 3 <= len(word) <= 15))


if __name__ == "__main__":
    main()
