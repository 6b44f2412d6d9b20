"""CITATION.cff has what its format asks for, and the README cites the same."""

import re
import tomllib

import yaml
from handbook.pages import ROOT, blocks

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
(BIBTEX,) = (each.text for each in blocks("README.md") if each.language == "bibtex")
SOFTWARE, PAPER = BIBTEX.split("\n\n")


def fields(entry: str) -> dict[str, str]:
    """Every field of a BibTeX entry, on one line each."""
    found = re.findall(r"(\w+)\s*=\s*\{(.*?)\}[,\n]", entry, re.DOTALL)
    return {name: " ".join(value.split()).strip("{}") for name, value in found}


def names(authors: list[dict[str, str]]) -> str:
    return " and ".join(
        each.get("name") or f"{each['family-names']}, {each['given-names']}" for each in authors
    )


def test_the_file_has_the_required_keys_of_its_version():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    for key in ("message", "title", "authors"):
        assert CITATION[key]
    for reference in CITATION["references"]:
        assert {"type", "title", "authors"} <= set(reference)


def test_version_and_licence_are_those_of_the_packages():
    text = (ROOT / "latentgym-core/pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    version = (ROOT / "VERSION").read_text("utf-8").strip()
    assert (CITATION["license"], CITATION["version"]) == (project["license"], version)


def test_the_readme_cites_the_software_and_the_paper():
    (paper,) = CITATION["references"]
    software = fields(SOFTWARE)
    assert software["author"] == names(CITATION["authors"])
    assert (software["title"], software["version"]) == (CITATION["title"], CITATION["version"])
    cited = fields(PAPER)
    assert (cited["author"], cited["title"]) == (names(paper["authors"]), paper["title"])
    assert cited["year"] == str(paper["year"])
    assert paper["identifiers"][0]["value"] in cited["journal"]
    assert f"]({paper['url']})" in (ROOT / "README.md").read_text("utf-8")
