"""Files and folders that are whole or not there: written beside their place, then moved to it."""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

DRAFT = ".draft"
"""Ends the names of what is not whole yet."""


def draft_of(path: Path) -> Path:
    """Where a file or folder is written before it is whole."""
    return path.with_name(f".{path.name}{DRAFT}")


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Write a file or folder as a whole: it is complete or as it was, never half there.

    Several in one `with` are all written before the first is moved; the last is moved first.

    Args:
        path: What is replaced when the context ends well, a folder by a folder alone; otherwise
            nothing changes and the draft is removed, as is one that a kill has left.

    Yields:
        Where to write.

    Raises:
        OSError: It could not be written.
    """
    draft = draft_of(path)
    remove(draft)
    try:
        yield draft
        if draft.is_file():
            _sync(draft)
        elif path.is_dir():
            remove(path)
        draft.replace(path)
    except BaseException:
        remove(draft)
        raise


def write_whole(path: Path, content: str | bytes | Iterable[str | bytes]) -> None:
    r"""Write a file as a whole, text in UTF-8.

    A lone surrogate in a model's reply is no UTF-8; written as \udXXX inside a JSON string it
    reads back whole.

    Args:
        path: What is replaced once everything is written.
        content: All of it, or parts that are taken one at a time.

    Raises:
        OSError: It could not be written; what was there stays.
    """
    parts = (content,) if isinstance(content, str | bytes) else content
    with drafted(path) as draft, draft.open("wb") as file:
        file.writelines(
            part if isinstance(part, bytes) else part.encode("utf-8", "backslashreplace")
            for part in parts
        )


def is_free(folder: Path, but: Collection[str] = ()) -> bool:
    """Whether nothing is there but what nobody put there: hidden files, drafts, empty folders.

    Args:
        folder: May be absent; a file is not free.
        but: Names in it that do not count either.
    """
    if not folder.is_dir():
        return not folder.exists()
    return all(
        each.name.startswith(".")
        or each.name.endswith(DRAFT)
        or each.name in but
        or (each.is_dir() and is_free(each))
        for each in folder.iterdir()
    )


def remove(path: Path) -> None:
    """Remove a file or folder, if there is one."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(file: Path) -> None:
    """Have the disk take the file, so that a full one is known before the move."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())
