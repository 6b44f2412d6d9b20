"""Tables of what z is worth: read, looked up, told by `show`, `eval` and `--dry-run`."""

import importlib.util
import json
import math
import tomllib
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from latentgym_core.cli import cli
from latentgym_core.errors import SpecError
from latentgym_core.metrics.precision import half_width, sequences_to_detect
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.packaged import read_packaged
from latentgym_core.registry.specs import CoreEnvSpec, SuiteSpec
from latentgym_core.testing import check_core_env
from latentgym_core.worth.lookup import known_worth
from latentgym_core.worth.measuring import measure_worth
from latentgym_core.worth.records import Spread, Worth
from latentgym_core.worth.table import format_worths, parse_worths, worths_of

SPEC = importlib.util.spec_from_file_location(
    "suited_lamps", Path(__file__).with_name("suited_lamps.py")
)
suited = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(suited)


def spread(mean, deviation=0.1):
    return Spread(mean=mean, deviation=deviation)


def worth(env_id, blind, told, **more):
    return Worth(
        env_id=env_id,
        num_sequences=50,
        blind=spread(blind, 0.2),
        told=spread(told, 0.0),
        told_gain=spread(told - blind, 0.25),
        **more,
    )


ROWS = (
    worth(suited.ANY, 0.625, 0.625),
    worth(suited.SAME, 0.625, 1.0, bayes=spread(0.9), bayes_gain=spread(0.275, 0.3)),
)


@pytest.fixture
def registry(tmp_path, monkeypatch):
    return suited.registry_with(tmp_path, monkeypatch, worth=format_worths(ROWS))


@pytest.fixture
def latentgym(registry):
    def run(*arguments, code=0):
        result = CliRunner().invoke(cli, [str(each) for each in arguments], obj=registry)
        assert result.exit_code == code, result.output
        return result

    return run


# ---- records and tables


def test_a_table_is_read_back(registry):
    assert parse_worths(format_worths(ROWS), "here") == ROWS
    assert worths_of(registry, "lamps") == ROWS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "here: its columns are not id, sequences"),
        ("id,blind\na,1\n", "here: its columns are not"),
        (format_worths(ROWS).replace("0.6250", "much", 1), "here line 2 is no row"),
    ],
)
def test_a_damaged_table_is_refused(text, message):
    with pytest.raises(SpecError, match=message):
        parse_worths(text, "here")


@pytest.mark.parametrize(
    ("blind", "told", "share", "able"),
    [
        (0.5, 0.6, 0.2, True),
        (0.5, 0.57, 0.14, False),  # too small a share
        (0.1, 0.14, 0.4, False),  # too small a task
        (0.0, 0.3, math.inf, True),
        (0.0, 0.0, 0.0, False),
        (0.9, 0.8, -1 / 9, False),
    ],
)
def test_a_worth_must_be_seen_in_rewards_and_as_a_share(blind, told, share, able):
    row = worth(suited.SAME, blind, told)
    assert row.share == pytest.approx(share)
    assert row.can_show_adaptation is able


def test_what_is_measured_is_what_was_played(registry):
    row = measure_worth("lamps/same_lamp", 40, registry)
    assert (row.env_id, row.num_sequences, row.bayes) == (suited.SAME, 40, None)
    assert row.told == Spread(mean=1.0, deviation=0.0)
    # Blind earns 1, 3/4, 2/4 or 1/4 in all tasks of a sequence, and the oracle always 1.
    assert row.blind.mean + row.told_gain.mean == pytest.approx(1.0)
    assert row.blind.deviation == pytest.approx(row.told_gain.deviation)
    assert 0.4 < row.blind.mean < 0.85


def test_a_packaged_file_that_is_not_there_is_one_sentence():
    with pytest.raises(SpecError, match=r"The packaged file latentgym_core:no\.csv cannot be read"):
        read_packaged("latentgym_core:no.csv")
    with pytest.raises(SpecError, match="The packaged file no_package_at_all:a cannot be read"):
        read_packaged("no_package_at_all:a")
    with pytest.raises(SpecError, match=r"worth is 'table\.csv', not 'package:file'"):
        CoreEnvSpec(name="x", factory="a:B", worth="table.csv")
    with pytest.raises(SpecError, match="SuiteSpec 'x': file is '', not 'package:file'"):
        SuiteSpec(name="x", file="")


# ---- lookup


def lookup(registry, text):
    return known_worth(registry.complete(text), registry)


@pytest.mark.parametrize(
    "text",
    [
        "lamps/same_lamp",
        "lamps/same_lamp/full_info",
        "lamps/same_lamp/no_info/standard/ep3?latent.shade=none",
        "lamps/red_lamp?latent.shade=none",
        "lamps/same_lamp?sequence.packing=upstream",
    ],
)
def test_one_environment_under_many_names_is_found(registry, text):
    assert lookup(registry, text).exact == ROWS[1]


@pytest.mark.parametrize(
    "text",
    [
        "lamps/same_lamp/no_info/information",
        "lamps/same_lamp/no_info/standard/ep4",
        "lamps/same_lamp?latent.shade=red",
        "lamps/same_lamp?sequence.rewards=normalised",
    ],
)
def test_another_environment_of_the_latent_is_only_near(registry, text):
    found = lookup(registry, text)
    assert (found.exact, found.nearest) == (None, ROWS[1])


def test_a_latent_without_a_row_is_near_to_none(registry):
    found = lookup(registry, "lamps/red_lamp")
    assert (found.exact, found.nearest, found.instead) == (None, None, ROWS[1])


def test_a_row_of_what_is_no_longer_registered_hides_nothing(tmp_path, monkeypatch):
    gone = evolve(ROWS[0], env_id=suited.ANY.replace("any_lamp", "gone_lamp"))
    registry = suited.registry_with(tmp_path, monkeypatch, worth=format_worths([gone, *ROWS]))
    assert lookup(registry, "lamps/same_lamp").exact == ROWS[1]
    failed = [each for each in check_core_env("lamps", registry, seeds=2) if each.failed]
    assert [each.name for each in failed if each.name == "worth table"]


def test_a_good_table_passes_the_check(registry):
    found = check_core_env("lamps", registry, seeds=2)
    assert [each.status for each in found if each.name == "worth table"] == ["ok"]


# ---- what commands say


def test_show_tells_what_z_is_worth(latentgym):
    text = latentgym("show", "lamps/same_lamp").stdout
    assert (
        "What z is worth here, in reward per task of 50 sequences: scripted/blind 0.625, "
        "scripted/bayes 0.900, scripted/oracle 1.000; told z adds +0.375 (+60 %)."
    ) in text
    data = json.loads(latentgym("show", "lamps/same_lamp", "--json").stdout)["worth"]
    assert (data["exact"]["share"], data["can_show_adaptation"]) == (0.6, True)


def test_show_names_one_that_can(latentgym):
    text = latentgym("show", "lamps").stdout
    assert "cannot show" not in text  # a core env alone is no environment
    text = latentgym("show", suited.ANY).stdout
    assert f"{suited.ANY} cannot show adaptation: told z, a player earns +0.000 a task" in text
    assert f"{suited.SAME} can: +0.375 (+60 %)." in text


def test_show_gives_the_nearest_and_the_command_that_measures(latentgym):
    text = latentgym("show", "lamps/same_lamp/no_info/standard/ep5").stdout
    asked = suited.SAME.replace("ep3", "ep5")
    assert f"was not measured; `latentgym eval '{asked}' --agent scripted/blind" in text
    assert (
        f"The nearest that was measured is {suited.SAME}: reward per task of 50 sequences" in text
    )


def test_eval_warns_once_for_each_environment_that_cannot_show_adaptation(latentgym, tmp_path):
    flags = ("lamps/same_lamp", "lamps/any_lamp/full_info", "--agent", "steady", "-n", 1)
    asked = suited.ANY.replace("no_info", "full_info")
    told = latentgym("eval", *flags, "--out", tmp_path / "a").stderr
    assert [line for line in told.splitlines() if "cannot show" in line] == [
        f"{asked} cannot show adaptation: told z, a player earns +0.000 a task (+0 %) "
        f"against scripted/blind. {suited.SAME} can: +0.375 (+60 %)."
    ]
    assert "cannot show" not in latentgym("eval", *flags, "-q", "--out", tmp_path / "b").stderr


def test_a_dry_run_says_what_to_expect(latentgym):
    flags = ("--agent", "steady", "--dry-run", "-n", 50, "--detect", 0.1)
    result = latentgym("eval", "lamps/same_lamp", "lamps/red_lamp", *flags)
    assert tomllib.loads(result.stdout)["num_sequences"] == 50
    mean, difference = half_width(0.2, 50), half_width(0.3, 50)
    needed = sequences_to_detect(0.1, 0.3)
    assert (
        f"{suited.SAME}: with 50 sequences a mean ± {mean:.3f}, the difference to scripted/blind "
        f"± {difference:.3f}, and {needed} sequences show a difference of 0.1 to it"
    ) in result.stderr
    red = str(EnvId.parse(suited.SAME.replace("same_lamp", "red_lamp")))
    assert f"{red}: not known, no spread was measured; `latentgym eval '{red}'" in result.stderr
    data = json.loads(latentgym("eval", "lamps/same_lamp", *flags, "--json").stdout)
    assert data["expected"][0]["needed"] == needed
    assert data["expected"][0]["difference"] == pytest.approx(difference)


def test_detect_goes_with_a_dry_run(latentgym):
    told = latentgym("eval", "lamps", "--agent", "steady", "--detect", 0.1, code=2).stderr
    assert "it goes with --dry-run" in told
