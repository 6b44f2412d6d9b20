"""Reports: a page that loads nothing, figures, tables, and what is missing."""

import csv
import json
import re
import shutil
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from click.testing import CliRunner

from latentgym_core.cli import cli
from latentgym_core.errors import SpecError
from latentgym_core.inference.folder import write_analyses
from latentgym_core.inference.run import Order, analyse_all
from latentgym_core.metrics import build_report, render_csv
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, write_trajectories
from latentgym_core.records.trajectory import ErrorRecord
from latentgym_core.registry.registry import load_registry
from latentgym_core.runs.folder import CONFIG
from latentgym_viz.charts import read_findings
from latentgym_viz.report import write_report
from latentgym_viz.report.missing import find_missing
from latentgym_viz.report.summary_sentences import summary_sentences
from latentgym_viz.reviews.records import review_of
from latentgym_viz.reviews.store import add_reviews

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "br"),
    *("nav", "ul", "li", "a", "main", "section", "div", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "span", "figure", "figcaption", "picture", "source", "img", "b", "code"),
    *("pre", "details", "summary", "footer"),
}


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.texts, self.stack = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        self.addresses += [values[name] for name in ("src", "srcset", "href") if name in values]
        assert not any(name.startswith("on") for name in values)
        if tag not in ("meta", "br", "img", "source"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if self.stack and self.stack[-1] != "style":
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)


@pytest.fixture(scope="module")
def full_run(tmp_path_factory, scripted_run):
    """The scripted run with real analyses and two reviewers."""
    folder = tmp_path_factory.mktemp("full") / "run"
    shutil.copytree(scripted_run, folder)
    played = list(read_trajectories(folder))
    write_analyses(folder, analyse_all(played, Order(jobs=1)))
    for reviewer in ("ann", "bob"):
        add_reviews(folder, [review_of(played[0], 1, reviewer=reviewer, label="neglect")])
    return folder


@pytest.fixture(scope="module")
def full_report(tmp_path_factory, full_run, hand_off_run):
    """The report of a run that has everything but training, and of a hand-off."""
    out = tmp_path_factory.mktemp("report") / "out"
    return write_report(read_findings([full_run, hand_off_run]), out)


@pytest.fixture(scope="module")
def page(full_report):
    return Page(full_report.page.read_text("utf-8"))


def report_on(trajectories, folder, **options):
    """A report with SVG figures on trajectories."""
    folder.mkdir(exist_ok=True)
    write_trajectories(folder / TRAJECTORIES, trajectories)
    return write_report(read_findings([folder]), folder / "out", formats=("svg",), **options)


def latentgym(*arguments):
    return CliRunner().invoke(cli, list(map(str, arguments)), obj=load_registry())


# ---- the whole report


def test_every_figure_is_there_in_every_format(full_report):
    names = {path.name for path in full_report.files}
    keys = {path.stem for path in full_report.files if path.suffix == ".svg"}
    assert {"learning_curve", "gaps", "hand_off", "coverage"} <= keys
    assert {f"{key}.{form}" for key in keys for form in ("svg", "png", "pdf")} <= names
    assert all(path.stat().st_size > 0 for path in full_report.files)
    captions = (full_report.page.parent / "figures" / "captions.md").read_text("utf-8")
    figures = (full_report.page.parent / "figures" / "figures.tex").read_text("utf-8")
    for key in keys:
        assert f"(`{key}`)" in captions
        assert rf"\includegraphics[width=\linewidth]{{figures/{key}.pdf}}" in figures


def test_the_page_stands_alone_and_runs_nothing(full_report, page):
    text = full_report.page.read_text("utf-8")
    assert page.stack == []
    assert set(page.tags) <= TAGS
    assert "default-src 'none'" in text
    anchors = set(re.findall(r'<section id="([^"]+)"', text))
    for address in page.addresses:
        assert address.startswith("data:image/svg+xml;base64,") or address[1:] in anchors
    assert len(text) < 3_000_000


def test_the_page_tells_results_captions_and_origin(full_report, page, full_run):
    text = page.text
    assert "scripted/bayes gets better from the first to the last task" in text
    svg = [path for path in full_report.files if path.suffix == ".svg"]
    assert text.count("Figure ") == len(svg) == page.tags.count("figure")
    for section in ("In short", "Reward", "Knowledge of the latent", "Hand-off", "Coverage"):
        assert section in text
    assert f"latentgym metrics {full_run} --inference" in text
    assert "latentgym handoff number_guessing/set_of_2" in text
    assert "core_env:number_guessing" in text
    assert "neglect" in text
    assert "Cohen's kappa" in text


def test_tables_are_those_of_the_metrics(full_report, full_run, hand_off_run):
    tables = full_report.page.parent / "tables"
    played = [*read_trajectories(full_run), *read_trajectories(hand_off_run)]
    assert (tables / "metrics.csv").read_text("utf-8") == render_csv(build_report(played))
    for name in ("overview", "metrics", "inference", "handoff", "reviews"):
        assert (tables / f"{name}.csv").read_text("utf-8").count("\n") > 1
        assert r"\toprule" in (tables / f"{name}.tex").read_text("utf-8")
        assert "| ---" in (tables / f"{name}.md").read_text("utf-8")


def test_what_is_there_is_not_missing(full_report, hand_off_run):
    knowledge, training = full_report.missing
    assert knowledge.command == f"latentgym metrics {hand_off_run} --inference"
    assert training.what.startswith("Training curves")


# ---- what is missing


def test_missing_analyses_are_named_with_their_command(scripted_run):
    missing = find_missing(read_findings([scripted_run]), installed=())
    said = {each.what.partition(":")[0]: each.command for each in missing}
    knowledge = "What was known about the latent, history use and failure modes"
    assert said[knowledge] == f"latentgym metrics {scripted_run} --inference"
    assert said["Training curves"] == "pip install ./latentgym-train"
    hand_off = said["Exploration and exploitation apart"]
    assert hand_off.startswith("latentgym handoff number_guessing/set_of_2/no_info/standard/ep4 ")
    with_train = find_missing(read_findings([scripted_run]), installed=("latentgym-train",))
    assert with_train[-1].command.startswith("latentgym train ")


def test_a_run_that_was_only_begun_is_reported(tmp_path, scripted_run):
    run = tmp_path / "begun"
    run.mkdir()
    shutil.copy(scripted_run / CONFIG, run / CONFIG)
    report = write_report(read_findings([run]), tmp_path / "out", formats=("svg",))
    first, *_ = report.missing
    assert first.what == f"{run} holds no sequence yet."
    assert first.command == f"latentgym eval --resume {run}"
    assert "0 played sequences" in Page(report.page.read_text("utf-8")).text


def test_a_run_in_which_everything_failed_is_reported(tmp_path, scripted_run):
    error = ErrorRecord(kind="ProviderError", message="no <such> model")
    failed = [evolve(each, error=error) for each in read_trajectories(scripted_run)]
    report = report_on(failed, tmp_path)
    text = Page(report.page.read_text("utf-8")).text
    assert "no sequence was finished" in text
    assert f"{len(failed)} of {len(failed)} sequences failed and are in no estimate." in text
    assert any("ended by an error" in each.what for each in report.missing)


def test_a_lone_sequence_has_no_interval(tmp_path, scripted_run):
    report = report_on([next(read_trajectories(scripted_run))], tmp_path)
    assert any("one sequence has none" in each.what for each in report.missing)


def test_many_environments_are_counted_instead_of_listed(tmp_path, scripted_run):
    played = list(read_trajectories(scripted_run))
    many = [
        evolve(each, env_id=each.env_id.replace("set_of_2", f"latent_{n}"))
        for n in range(3)
        for each in played
    ]
    write_trajectories(tmp_path / TRAJECTORIES, many)
    sentences = summary_sentences(read_findings([tmp_path]))
    assert [each for each in sentences if "of 6 environments" in each] == sentences
    assert sentences[0].startswith("scripted/bayes gets better")


# ---- mischief


def test_hostile_text_stays_text(tmp_path, scripted_run):
    names = ["<b>agent</b></script>\u202e|x", r"\input{x} & 50% $a_b$ #~^", "[a](javascript:x)`c`"]
    played = [each for each in read_trajectories(scripted_run) if each.seed == 0][:3]
    report = report_on(
        [evolve(each, agent=name) for each, name in zip(played, names, strict=True)], tmp_path
    )
    page = Page(report.page.read_text("utf-8"))
    assert set(page.tags) <= TAGS
    assert "<b>agent</b></script>\ufffd|x" in page.text
    assert "\u202e" not in report.page.read_text("utf-8")
    markdown = (tmp_path / "out" / "tables" / "metrics.md").read_text("utf-8")
    assert "<b>" not in markdown
    assert "](javascript" not in markdown
    for name in ("metrics.tex", "overview.tex"):
        latex = (tmp_path / "out" / "tables" / name).read_text("utf-8")
        assert r"\textbackslash{}input\{x\} \& 50\% \$a\_b\$" in latex
        bare = re.sub(r"\\[{}%&_$#]", "", latex)
        assert bare.count("{") == bare.count("}")
    for path in report.files:
        if path.suffix == ".svg":
            ET.fromstring(path.read_text("utf-8"))
    with (tmp_path / "out" / "tables" / "overview.csv").open(newline="") as file:
        assert {row["agent"] for row in csv.DictReader(file)} >= {names[1]}


# ---- the folder and the command


def test_an_earlier_report_is_replaced_and_nothing_else(tmp_path, scripted_run):
    out = tmp_path / "out"
    findings = read_findings([scripted_run])
    write_report(findings, out, formats=("svg",))
    (out / "figures" / "stale.svg").write_text("old")
    (out / "figures" / "mine.txt").write_text("keep")
    before = (out / "report.html").read_bytes()
    write_report(findings, out, formats=("svg",))
    assert (out / "report.html").read_bytes() == before
    assert not (out / "figures" / "stale.svg").exists()
    assert (out / "figures" / "mine.txt").exists()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.tex").write_text("years of work")
    with pytest.raises(SpecError, match="not empty and holds no report"):
        write_report(findings, foreign)
    assert [path.name for path in foreign.iterdir()] == ["thesis.tex"]


def test_the_command_prints_the_page_and_says_what_is_missing(tmp_path, scripted_run):
    result = latentgym("report", scripted_run, "--out", tmp_path / "out", "--format", "svg")
    assert result.exit_code == 0
    assert result.stdout == f"{tmp_path / 'out' / 'report.html'}\n"
    assert "figure learning_curve" in result.stderr
    assert f"`latentgym metrics {scripted_run} --inference` supplies it." in result.stderr
    result = latentgym("report", scripted_run, "--out", tmp_path / "out", "--json", "-q")
    data = json.loads(result.stdout)
    assert {"page", "files", "missing"} == set(data)
    assert f"{tmp_path / 'out' / 'figures' / 'gain.pdf'}" in data["files"]
    assert data["missing"][0].keys() == {"what", "command"}


def test_the_command_refuses_what_is_no_run(tmp_path, scripted_run):
    result = latentgym("report", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "there is no run here" in result.stderr
    result = latentgym("report", scripted_run, "--out", tmp_path / "out", "--baseline", "nobody")
    assert result.exit_code == 1
    assert "No agent 'nobody'" in result.stderr


def test_the_page_is_well_in_a_browser(full_report, open_page, viz, picture):
    needed = "needs axe: `pip install axe-playwright-python`"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=needed)
    for scheme, viewport in (("light", viz.DESKTOP), ("dark", viz.PHONE)):
        address = full_report.page.as_uri()
        page = open_page(address, viewport=viewport, color_scheme=scheme, bypass_csp=True)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide)
        drawn = page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 200)")
        assert drawn
        found = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
        picture(page, f"report-{scheme}")
