"""The plugin author's guide says what the code says."""

import inspect
import re
import tomllib
from pathlib import Path

import attrs
import pytest

import latentgym_core
from latentgym_core.contract.agent import Agent
from latentgym_core.contract.core_env import CoreEnv
from latentgym_core.contract.feedback import Feedback
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.player import Player
from latentgym_core.contract.prompt import Prompt
from latentgym_core.registry import hookspecs, specs
from latentgym_core.skeleton import skeleton
from latentgym_core.testing.checks.answer_checks import ANSWER_CHECKS
from latentgym_core.testing.checks.data_checks import DATA_CHECKS
from latentgym_core.testing.checks.game_checks import GAME_CHECKS
from latentgym_core.testing.checks.latent_checks import LATENT_CHECKS
from latentgym_core.testing.checks.secrecy_checks import GAME_SECRECY_CHECKS

GUIDE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
HOOKS = {
    name: function
    for name, function in vars(hookspecs).items()
    if name.startswith("latentgym_register_")
}


def section(heading: str) -> str:
    """The text under a heading, up to the next heading of its rank or a higher one."""
    rank = heading.split(" ")[0]
    start = GUIDE.index(f"{heading}\n") + len(heading)
    following = re.search(rf"^#{{1,{len(rank)}}} ", GUIDE[start:], re.MULTILINE)
    return GUIDE[start : start + following.start()] if following else GUIDE[start:]


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_heading_with_its_signature(name: str) -> None:
    signature = f"{name}{inspect.signature(HOOKS[name])}".replace("'", "")
    text = section(f"### `{signature}`")
    record = getattr(specs, re.search(r"Iterable\[(\w+)\]", signature)[1])  # type: ignore[index]
    common = section("## The hooks").partition("\n### ")[0]
    own = {each.name for each in attrs.fields(record)}
    shared = {each.name for each in attrs.fields(specs.FactorySpec)}
    for field in shared:
        assert f"\n| `{field}` |" in common
    for field in own - shared:
        assert f"\n| `{field}` |" in text
    assert f"def {name}()" in text


def test_seven_hooks() -> None:
    assert len(HOOKS) == 7


@pytest.mark.parametrize("kind", [CoreEnv, Latent, Prompt, Feedback, Agent, Player])
def test_every_method_of_the_parts_is_described(kind: type) -> None:
    parts = section("## The parts")
    for name, member in vars(kind).items():
        if inspect.isfunction(member) and not name.startswith(("_", "published_")):
            _, *given = inspect.signature(member).parameters
            assert f"{name}({', '.join(given)})" in parts


def test_every_check_is_described() -> None:
    table = section("## The contract, checked")
    checks = (*GAME_CHECKS, *GAME_SECRECY_CHECKS, *ANSWER_CHECKS, *DATA_CHECKS, *LATENT_CHECKS)
    for check in checks:
        assert f"\n| {check.__name__.replace('_', ' ')} |" in table


def test_the_tutorial_shows_the_skeleton() -> None:
    files = skeleton("doors")
    tutorial = section("## Five minutes")
    blocks = re.findall(r"```(python|toml)\n(.*?)```", tutorial, re.DOTALL)
    assert [language for language, _ in blocks] == ["python", "python", "python", "toml"]
    for language, text in blocks:
        assert text in files["latentgym_doors.py" if language == "python" else "pyproject.toml"]
    entry_points = tomllib.loads(files["pyproject.toml"])["project"]["entry-points"]
    assert entry_points == {"latentgym": {"doors": "latentgym_doors"}}


def test_everything_a_plugin_needs_is_public() -> None:
    module = skeleton("doors")["latentgym_doors.py"]
    names = set(re.findall(r"\blg\.(\w+)", module))
    assert "from latentgym_core" not in module
    assert "CoreEnv" in names
    more = {"chance", "EnvError", "Prompt", "Feedback", "Agent", "Appraisal", "AgentError"}
    inference = {"FilterLatent", "SharedLatent", "Beliefs", "Listed", "listed", "current_strand"}
    assert names | more | inference <= set(latentgym_core.__all__)


def test_the_skeleton_has_ninety_lines_at_most() -> None:
    assert len(skeleton("doors")["latentgym_doors.py"].splitlines()) <= 90
