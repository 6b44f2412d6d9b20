"""Files and folders that are whole or not there: written beside their place, then moved to it."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERIALIZERS = ("inline_container", "PytorchStreamWriter", "Error while serializing")
"""What Torch and Safetensors say of a file that the disk did not take; it is no `OSError`."""


def draft_of(path: Path) -> Path:
    """Where a file or folder is written before it is whole."""
    return path.with_name(f".{path.name}")


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Write a file or folder as a whole.

    Args:
        path: What it replaces when the context ends well; otherwise nothing changes.

    Yields:
        Where to write.

    Raises:
        OSError: It could not be written.
    """
    draft = draft_of(path)
    remove(draft)
    try:
        with serializing(path):
            yield draft
        if path.is_dir():
            remove(path)
        draft.replace(path)
    except BaseException:
        remove(draft)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write a text file as a whole.

    Raises:
        OSError: It could not be written.
    """
    with drafted(path) as draft:
        draft.write_text(text, "utf-8")


@contextmanager
def serializing(path: Path) -> Iterator[None]:
    """Turn what Torch and Safetensors raise for a file that cannot be written into an `OSError`.

    Args:
        path: Named by it.
    """
    try:
        yield
    except Exception as error:
        if not any(words in str(error) for words in SERIALIZERS):
            raise
        reason = "the disk did not take a whole file; is it full?"
        raise OSError(errno.EIO, reason, str(path)) from error


def remove(path: Path) -> None:
    """Remove a file or folder, if there is one."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
