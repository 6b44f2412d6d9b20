"""Make a release: version, changelog, wheels tried by strangers, a commit and a tag.

    nox -s release -- 0.2.0

Nothing is pushed: `git push --follow-tags` hands the tag to the `release` workflow, which builds
again and publishes. A working tree with changes, a version that does not go up, or a changelog
without a word under *Unreleased* are refused before anything is written.
"""

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = ROOT / "VERSION"
CHANGELOG = ROOT / "CHANGELOG.md"
UNRELEASED = "## Unreleased\n"
RANGE = re.compile(r"(latentgym-core)>=[\d.]+,<[\d.]+")
DEPENDENTS = (
    *("latentgym-envs/pyproject.toml", "latentgym-train/pyproject.toml"),
    *("latentgym-viz/pyproject.toml", "examples/latentgym-maze/pyproject.toml"),
    *("latentgym-core/src/latentgym_core/skeleton/pyproject.toml.txt", "docs/plugins.md"),
)
"""Where a range of core is written: it admits all releases with the same first two numbers."""
CITED = {
    "CITATION.cff": (r"^version: .+$", "version: {}"),
    "README.md": (r"version = \{[\d.]+\}", "version = {{{}}}"),
}
"""Where the version is cited: a pattern, and what takes its place."""


def numbers(version: str) -> tuple[int, int, int]:
    """The three numbers of a version."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SystemExit(f"{version!r} is no version; write three numbers, as in 0.2.0.")
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def core_range(version: str) -> str:
    """The range of core that fits a version of ours."""
    major, minor, _ = numbers(version)
    return f"latentgym-core>={major}.{minor},<{major}.{minor + 1}"


def released(changelog: str, version: str, day: dt.date) -> str:
    """The changelog with what is unreleased under the new version."""
    before, found, after = changelog.partition(UNRELEASED)
    news, _, _ = after.partition("\n## ")
    if not found or not news.strip():
        raise SystemExit("CHANGELOG.md says nothing under '## Unreleased'; write what changed.")
    return f"{before}{UNRELEASED}\n## {version} - {day.isoformat()}\n{after}"


def git(*arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def check(version: str) -> None:
    """Refuse what must not be released."""
    present = VERSION.read_text(encoding="utf-8").strip()
    if numbers(version) < numbers(present):
        raise SystemExit(f"{version} lies below the present version {present}.")
    if git("tag", "--list", f"v{version}").strip():
        raise SystemExit(f"{version} was released: there is a tag v{version}.")
    if git("status", "--porcelain").strip():
        raise SystemExit("The working tree has changes; commit them, then release.")


def write(version: str, day: dt.date) -> None:
    """Put the version into the one place it has, and into the ranges that follow it."""
    changelog = released(CHANGELOG.read_text(encoding="utf-8"), version, day)
    VERSION.write_text(version + "\n", encoding="utf-8")
    CHANGELOG.write_text(changelog, encoding="utf-8")
    for each in DEPENDENTS:
        path = ROOT / each
        text = RANGE.sub(core_range(version), path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    for name, (pattern, cited) in CITED.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        text = re.sub(pattern, cited.format(version), text, flags=re.MULTILINE)
        (ROOT / name).write_text(text, encoding="utf-8")


def main(version: str) -> None:
    """Check, write, build, try, commit, tag."""
    check(version)
    write(version, dt.datetime.now(dt.UTC).date())
    command = [sys.executable, "tools/wheels.py", "dist", "constraints.txt"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        git("checkout", "--", ".")
        raise SystemExit("The wheels do not work; nothing is committed.")
    git("commit", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"LatentGym {version}")
    print(f"Released {version} here; `git push --follow-tags` publishes it.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Name the version: nox -s release -- 0.2.0")
    main(sys.argv[1])
