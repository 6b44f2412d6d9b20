"""What is wrong on a page is found."""

import pytest
from handbook.pages import Block
from handbook.reading import read


@pytest.mark.parametrize(
    ("language", "text", "sentence"),
    [
        ("", "latentgym list", "a fence says bash"),
        ("bash", "latentgym list prompts --env=nobody", "error: "),
        ("bash", "latentgym eval maze?env.size=7", "'\\?' needs quotes"),
        ("bash", "latentgym list > file", "'>' needs quotes"),
        ("bash", "make tests", "no rule for 'make'"),
        ("bash", ".venv/bin/latentgym list", "no .venv/bin"),
        ("bash", "source .venv/bin/activate", "no venv was made"),
        ("bash", "pip install latentgym-train", "neither a path"),
        ("bash", "pip install ./latentgym-brain", "there is no ./latentgym-brain"),
        ("bash", "pip install './latentgym-core[lokal]'", "no such extra"),
        ("bash", "pip install -c pins.txt ./latentgym-core", "there is no pins.txt"),
        ("bash", "nox -s tests nobody", "no session of the noxfile"),
        ("bash", "python benchmarks/nothing.py", "there is no benchmarks/nothing.py"),
        ("toml", 'agents = ["scripted/blind"]', "begin it with the name of its file"),
        ("python", "import latentgym_core as lg\nlg.made()", "line 8, in"),
    ],
)
def test_a_block_that_does_not_work_is_named(language, text, sentence, world):
    with pytest.raises(AssertionError, match=sentence) as raised:
        read([Block("docs/page.md", 7, language, text)], world, {})
    assert "page" in str(raised.value)


def test_a_hook_whose_record_is_wrong_is_found(world):
    text = "def latentgym_register_prompts():\n    yield PromptSpec(nam='riddle')"
    imports = "from latentgym_core import PromptSpec\n"
    with pytest.raises(AssertionError, match="unexpected keyword argument 'nam'"):
        read([Block("docs/page.md", 7, "python", imports + text)], world, {})


def test_what_is_exempt_is_left_out(world):
    read(
        [Block("docs/page.md", 7, "bash", "make tests")],
        world,
        {("docs/page.md", "make tests"): ""},
    )
