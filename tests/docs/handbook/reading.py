"""Reads a page as somebody does who tries everything on it, from the top."""

import ast
from collections.abc import Mapping, Sequence

from handbook.pages import CONSOLE, LANGUAGES, PYTHON, TOML, Block
from handbook.rules import carry_out
from handbook.shell import commands
from handbook.world import World

HOOKS = (
    "for _name in [n for n in dir() if n.startswith('latentgym_register_')]: list(vars()[_name]())"
)
"""A hook that a page defines is called, because its records are checked when they are made."""


def read(page: Sequence[Block], world: World, exempt: Mapping[tuple[str, str], str]) -> None:
    """Do all that the blocks of a page say.

    A block that begins with the name of a file, as in `# suite.toml`, is that file. One that is
    part of a file that the page's commands made is an excerpt. Python comes last, in one script:
    it reads what commands wrote.

    Raises:
        AssertionError: Something does not work as the page has it.
    """
    left = [each for each in page if (each.page, each.first) not in exempt]
    for block in left:
        assert block.language in LANGUAGES, f"{block.place}: a fence says {', '.join(LANGUAGES)}"
        _write_named(block, world)
    for block in left:
        if block.language == CONSOLE:
            _run(block, world)
    code = [each for each in left if each.language in (PYTHON, TOML) and not _named(each)]
    code = [each for each in code if not _is_excerpt(each, world)]
    for block in code:
        assert block.language == PYTHON, f"{block.place}: begin it with the name of its file"
    if code:
        _run_script(code, world)


def _named(block: Block) -> str:
    """The file that a block is, or nothing."""
    name = block.first.removeprefix("# ")
    suffix = {PYTHON: ".py", TOML: ".toml"}.get(block.language, "nothing")
    return name if name != block.first and name.endswith(suffix) else ""


def _write_named(block: Block, world: World) -> None:
    if name := _named(block):
        file = world.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, "utf-8")


def _run(block: Block, world: World) -> None:
    try:
        for command in commands(block.text):
            carry_out(world, command)
    except (AssertionError, ValueError) as error:
        raise AssertionError(f"{block.place}: {error}") from None


def _is_excerpt(block: Block, world: World) -> bool:
    made = (
        each for each in world.folder.rglob(f"*.{'py' if block.language == PYTHON else 'toml'}")
    )
    return any(block.text in each.read_text("utf-8") for each in made if each.is_file())


def _run_script(code: Sequence[Block], world: World) -> None:
    """One script, in which every line has the number that it has on the page."""
    lines: list[str] = []
    for block in code:
        ast.parse(block.text, block.place)
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.text.splitlines()
    name = code[0].page.replace("/", "-").removesuffix(".md") + ".py"
    (world.folder / name).write_text("\n".join([*lines, HOOKS, ""]), "utf-8")
    world.python("-W", "error", name)
