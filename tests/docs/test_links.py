"""What pages point at inside the repository is there."""

import re

import pytest
from handbook.pages import PAGES, ROOT, anchors, images, links

OUTSIDE = re.compile(r"(https?|mailto):")


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_and_anchor_leads_somewhere(page):
    lost = [
        target for target in links(page) if not OUTSIDE.match(target) and not leads(page, target)
    ]
    assert lost == []


def leads(page: str, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = ((ROOT / page).parent / name).resolve() if name else ROOT / page
    if not path.is_relative_to(ROOT) or not path.exists():
        return False
    if not anchor:
        return True
    return path.suffix == ".md" and anchor in anchors(str(path.relative_to(ROOT)))


def test_every_image_says_what_it_shows_and_is_small():
    for page in PAGES:
        for target, text in images(page):
            assert len(text) > 20, f"{page}: {target} needs an alternative text"
            if not OUTSIDE.match(target):
                assert ((ROOT / page).parent / target).stat().st_size < 250_000


def test_links_were_found():
    assert sum(not OUTSIDE.match(target) for page in PAGES for target in links(page)) > 30


def test_anchors_are_those_of_github(tmp_path, monkeypatch):
    (tmp_path / "page.md").write_text(
        "# One\n\n## `eval` & **bold**: a_b-c?\n\n## One\n\n```text\n# none\n```\n\nUnder\n---\n"
    )
    monkeypatch.setattr("handbook.pages.ROOT", tmp_path)
    assert anchors("page.md") == {"one", "eval--bold-a_b-c", "one-1", "under"}
