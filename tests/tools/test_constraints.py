"""Constraints files pin what we declare; tools that write and compare them."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = runpy.run_path(str(ROOT / "tools" / "lock.py"))
NEWEST = runpy.run_path(str(ROOT / "tools" / "newest.py"))
EXTRAS_OF_OTHER_STACKS = {"skyrl", "trl"}

LOWEST = """
[project]
dependencies = ["click>=8.1", "latentgym-core>=0.1", "rich>=13.7,<16", "torch>=2.4"]
optional-dependencies.data = ["datasets>=3.9"]
optional-dependencies.other = ["click>=9"]
"""


def declared():
    """Every requirement of our four distributions that the default sessions install."""
    for path in ROOT.glob("latentgym-*/pyproject.toml"):
        project = tomllib.loads(path.read_text("utf-8"))["project"]
        yield from project["dependencies"]
        for extra, requirements in project.get("optional-dependencies", {}).items():
            if extra not in EXTRAS_OF_OTHER_STACKS:
                yield from requirements


def declared_by_others():
    """The same as requirements, without our own distributions."""
    requirements = pytest.importorskip(
        "packaging.requirements", reason="run `pip install packaging`"
    )
    wanted = map(requirements.Requirement, declared())
    return [each for each in wanted if not each.name.startswith("latentgym-")]


def test_every_declared_package_is_pinned_within_its_range():
    pins = NEWEST["read_pins"]((ROOT / "constraints.txt").read_text("utf-8"))
    foreign = declared_by_others()
    assert len(foreign) > 20
    for each in foreign:
        assert each.specifier.contains(pins[NEWEST["name_of"](each.name)]), each


@pytest.mark.parametrize("path", [ROOT / "constraints.txt", *ROOT.glob("constraints/*.txt")])
def test_constraints_pin_exactly_and_name_nothing_of_ours(path):
    for line in path.read_text("utf-8").splitlines()[1:]:
        assert re.match(r"[\w.-]+==[\w.!]+($| ; )", line), line
        assert not line.startswith("latentgym")


def test_local_labels_are_dropped_and_paths_left_out():
    resolved = "./latentgym-core\ntorch==2.13.0+cpu ; python_version < '3.12'\nattrs==26.1.0\n"
    assert list(LOCK["pins"](resolved)) == [
        "torch==2.13.0 ; python_version < '3.12'",
        "attrs==26.1.0",
    ]


def test_a_pin_for_another_python_does_not_hold_here():
    text = "numpy==2.4 ; python_version < '3.0'\nNumPy==2.5 ; python_version >= '3.0'\n"
    assert NEWEST["read_pins"](text) == {"numpy": "2.5"}


def test_only_packages_that_differ_are_compared():
    pinned = {"a": "1", "b": "1", "absent": "1"}
    assert NEWEST["changed"](pinned, {"a": "2", "b": "1", "more": "3"}) == {"a": ("1", "2")}


def test_the_verdict_is_one_line_a_package():
    differences = {"a": ("1", "2"), "b": ("3", "4")}
    assert list(NEWEST["verdict"](differences, ["b"])) == ["b 4 breaks us; 3 is pinned"]
    assert len(list(NEWEST["verdict"](differences, []))) == 2
    assert list(NEWEST["verdict"]({}, [])) == [
        "No package differs from its pin: the fault is ours."
    ]


@pytest.fixture
def lower_bounds(tmp_path, monkeypatch):
    """`lower_bounds` of the tool, beside two distributions; `latentgym-b` wants more than `-a`."""
    pytest.importorskip("packaging", reason="run `pip install packaging`")
    for name, text in (("latentgym-a", LOWEST), ("latentgym-b", LOWEST.replace("3.9", "3.10"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return runpy.run_path(str(ROOT / "tools" / "lowest.py"))["lower_bounds"]


def test_the_highest_lower_bound_of_a_package_is_the_oldest_that_all_take(lower_bounds):
    bounds = lower_bounds(
        ["./latentgym-b[data]", "./latentgym-a[data]", "pytest>=8", "torch==2.13"]
    )
    assert {name: str(version) for name, version in bounds.items()} == {
        "click": "8.1",
        "rich": "13.7",
        "datasets": "3.10",
    }


def test_a_dependency_without_a_lower_bound_is_refused(lower_bounds, tmp_path):
    (tmp_path / "latentgym-a" / "pyproject.toml").write_text(LOWEST.replace(">=8.1", ""), "utf-8")
    with pytest.raises(SystemExit, match="click has no lower bound"):
        lower_bounds(["./latentgym-a"])


def test_the_oldest_releases_are_those_that_are_declared():
    pytest.importorskip("packaging", reason="run `pip install packaging`")
    from packaging.version import Version

    bounds = {}
    for each in declared_by_others():
        (bound,) = (Version(part.version) for part in each.specifier if part.operator == ">=")
        bounds[each.name] = max(bound, bounds.get(each.name, bound))
    del bounds["torch"]
    pins = NEWEST["read_pins"]((ROOT / "constraints" / "lowest.txt").read_text("utf-8"))
    assert {name: Version(pins[name]) for name in bounds} == bounds
