"""The project's Markdown pages, and the blocks, headings and links in them."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from attrs import frozen
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[3]
PLACES = ("*.md", "docs/**/*.md", "latentgym-*/**/*.md", "examples/**/*.md", "benchmarks/*.md")
PAGES = sorted({str(path.relative_to(ROOT)) for place in PLACES for path in ROOT.glob(place)})

CONSOLE, PYTHON, TOML = "bash", "python", "toml"
LANGUAGES = (CONSOLE, PYTHON, TOML, "text", "bibtex")
"""What a fence may say; `text` is output and formulas, and an indented block is console."""


@frozen
class Block:
    """A block of code.

    Attributes:
        page: Path of the page from the root of the repository.
        line: Of the page that the block's text begins on, from 1.
        language: What its fence says.
        text: What it holds.
    """

    page: str
    line: int
    language: str
    text: str

    @property
    def first(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0].strip()

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.page}:{self.line}"


def tokens(page: str) -> list[Token]:
    """The page as CommonMark has it, with GitHub's tables."""
    parser = MarkdownIt("commonmark").enable("table")
    return parser.parse((ROOT / page).read_text("utf-8"))


def blocks(page: str) -> list[Block]:
    """Every block of code, in order."""
    return [
        Block(page, token.map[0] + 1 + (token.type == "fence"), _language(token), token.content)
        for token in tokens(page)
        if token.type in ("fence", "code_block") and token.map is not None
    ]


def _language(token: Token) -> str:
    return token.info.strip() if token.type == "fence" else CONSOLE


def links(page: str) -> Iterator[str]:
    """The target of every link and image."""
    for token in _inline(page):
        target = token.attrGet("src" if token.type == "image" else "href")
        if token.type in ("image", "link_open"):
            yield str(target)


def images(page: str) -> Iterator[tuple[str, str]]:
    """Target and alternative text of every image."""
    for token in _inline(page):
        if token.type == "image":
            yield str(token.attrGet("src")), token.content


def _inline(page: str) -> Iterator[Token]:
    for token in tokens(page):
        for child in token.children or ():
            yield child
            yield from child.children or ()


def anchors(page: str) -> set[str]:
    """What GitHub makes of the headings: lower case, words joined by hyphens, doubles counted."""
    found: Counter[str] = Counter()
    made = set()
    for heading in _headings(page):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        made.add(f"{slug}-{found[slug]}" if found[slug] else slug)
        found[slug] += 1
    return made


def _headings(page: str) -> Iterator[str]:
    """The words of each heading, without their markup."""
    for before, token in pairwise(tokens(page)):
        if before.type == "heading_open":
            parts = (each for each in token.children or () if each.type in ("text", "code_inline"))
            yield "".join(each.content for each in parts)
