"""A release moves the version and what follows it, and refuses what must not be released."""

import datetime as dt
import re
import runpy
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RELEASE = runpy.run_path(str(ROOT / "tools" / "release.py"))
DAY = dt.date(2030, 1, 2)


def test_what_is_unreleased_gets_a_heading_of_its_own():
    log = "# Changelog\n\n## Unreleased\n\n* news\n\n## 0.1.0 - 2029-01-01\n\n* old\n"
    assert RELEASE["released"](log, "0.2.0", DAY) == (
        "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2030-01-02\n\n* news\n\n"
        "## 0.1.0 - 2029-01-01\n\n* old\n"
    )


@pytest.mark.parametrize("log", ["# Changelog\n", "## Unreleased\n\n## 0.1.0\n\n* old\n"])
def test_a_release_without_news_is_refused(log):
    with pytest.raises(SystemExit, match="write what changed"):
        RELEASE["released"](log, "0.2.0", DAY)


@pytest.mark.parametrize("version", ["0.2", "v0.2.0", "0.2.0rc1", "next"])
def test_what_is_no_version_is_refused(version):
    with pytest.raises(SystemExit, match="three numbers"):
        RELEASE["numbers"](version)


def test_the_range_of_core_follows_the_version():
    assert RELEASE["core_range"]("0.9.3") == "latentgym-core>=0.9,<0.10"
    current = RELEASE["core_range"]((ROOT / "VERSION").read_text("utf-8").strip())
    for path in RELEASE["DEPENDENTS"]:
        text = (ROOT / path).read_text("utf-8")
        assert current in text, path
        assert RELEASE["RANGE"].sub("", text).count("latentgym-core>=") == 0


def test_the_version_is_cited_where_a_release_writes_it():
    version = (ROOT / "VERSION").read_text("utf-8").strip()
    for name, (pattern, cited) in RELEASE["CITED"].items():
        found = re.findall(pattern, (ROOT / name).read_text("utf-8"), re.MULTILINE)
        assert found == [cited.format(version)], name


def test_every_project_that_needs_core_follows():
    needing = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob("**/pyproject.toml")
        if not {".nox", "fixtures"} & {*path.parts}  # a fixture stays what it was
        and any(
            each.startswith("latentgym-core>=")
            for each in tomllib.loads(path.read_text("utf-8"))
            .get("project", {})
            .get("dependencies", ())
        )
    }
    assert needing <= set(RELEASE["DEPENDENTS"])
