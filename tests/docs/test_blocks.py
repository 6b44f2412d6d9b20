"""Every block of every page does what the page says, with few sequences."""

import pytest
from handbook.pages import PAGES, blocks
from handbook.reading import read

EXEMPT = {
    (
        "CONTRIBUTING.md",
        "sudo debootstrap --variant=minbase --include=ca-certificates,git,python3-venv trixie "
        "/opt/trixie",
    ): "makes a system of its own, as root and from a network",
    (
        "docs/reproducibility.md",
        "python latentgym-core/scripts/gather_recordings.py FOLDER recordings",
    ): "the recordings are not ours to hand on: tests/core/test_recordings_in_tests.py gathers own",
    ("docs/training.md", "from datasets import Dataset"): (
        "needs trl: the session trl runs it, tests/adapters/test_trl.py"
    ),
    ("docs/training.md", "from latentgym_train.adapters.skyrl import register_all"): (
        "needs skyrl-gym: the session skyrl runs it, tests/adapters/test_skyrl.py"
    ),
}
"""Page and first line of a block that is not run here, and why."""
WITH_BLOCKS = [page for page in PAGES if blocks(page)]


@pytest.mark.parametrize("page", WITH_BLOCKS)
def test_a_reader_who_tries_everything_gets_through(page, world):
    read(blocks(page), world, EXEMPT)


def test_every_exemption_is_of_a_block_that_is_there():
    firsts = [(page, block.first) for page in WITH_BLOCKS for block in blocks(page)]
    assert [each for each in EXEMPT if firsts.count(each) != 1] == []
