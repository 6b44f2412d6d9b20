"""Suites and run configurations as TOML."""

import pytest

from latentgym_core.errors import SpecError
from latentgym_core.runs.config import RunConfig, RunEnvironment, check_versions
from latentgym_core.runs.suite import format_config, make_config, read_config, read_suite

SUITE = """
agents = ["scripted/a", "openai/b?temperature=0"]
num_sequences = 50
seed = 3
split = "validation"
concurrency = 8
reward_type = "per_task"
max_turns = 60
max_tokens = 4000

[[environments]]
id = "doors/one"

[[environments]]
id = "doors/two?env.max_turns=4"
num_sequences = 2
seed = 100
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "suite.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_suite_is_read(written):
    config = read_config(written(SUITE))
    assert config == RunConfig(
        agents=("scripted/a", "openai/b?temperature=0"),
        environments=(
            RunEnvironment(id="doors/one"),
            RunEnvironment(id="doors/two?env.max_turns=4", num_sequences=2, seed=100),
        ),
        num_sequences=50,
        seed=3,
        split="validation",
        concurrency=8,
        reward_type="per_task",
        max_turns=60,
        max_tokens=4000,
    )
    assert len(config.jobs) == 2 * (50 + 2)
    assert [job.seed for job in config.jobs[-2:]] == [100, 101]
    assert [job.agent for job in config.jobs[48:52]] == ["scripted/a"] * 2 + [config.agents[1]] * 2


@pytest.mark.parametrize("text", [SUITE, 'agents = ["ü \\"q\\""]\n[[environments]]\nid = "x"\n'])
def test_what_is_printed_is_read_back(written, text):
    config = make_config({**read_suite(written(text)), "versions": {"core_env:x": "v1 d 0.1"}})
    printed = format_config(config)
    assert read_config(written(printed)) == config
    assert format_config(read_config(written(printed))) == printed


ONE = '[[environments]]\nid = "x"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('agnets = ["a"]\n' + ONE, "no key 'agnets'; did you mean agents?"),
        ("colour = 1\n" + ONE, "no key 'colour'; there is environments, agents"),
        (ONE + "num_sequence = 3\n", "environment 1: there is no key .*did you mean num_sequences"),
        ("[[environments]]\nseed = 1\n", "environment 1 has no id"),
        ("[environments]\nid = 'x'\n", r"write each environment as \[\[environments\]\]"),
        ("environments = ['x']\n", r"write each environment as \[\[environments\]\]"),
        ("agents = [\n", "is no TOML file"),
        ('agents = "a"\n' + ONE, "'a' should be a list"),
        ("agents = [1]\n" + ONE, "agents holds 1"),
        ('agents = ["a", "a"]\n' + ONE, "a is given twice"),
        ('agents = ["a"]\n' + ONE + ONE, "x is given twice"),
        (ONE, "Nobody plays"),
        ('agents = ["a"]\n', "no environment to play"),
        ('agents = ["a"]\nseed = -1\n' + ONE, "seed is -1; it is a whole number from 0"),
        ('agents = ["a"]\nnum_sequences = 2.5\n' + ONE, "num_sequences is 2.5"),
        ('agents = ["a"]\nmax_turns = true\n' + ONE, "max_turns is True"),
        ('agents = ["a"]\nconcurrency = 0\n' + ONE, "concurrency is 0"),
        ('agents = ["a"]\nsplit = "tset"\n' + ONE, "no split 'tset'; splits are train"),
        ('agents = ["a"]\nreward_type = "sum"\n' + ONE, "no reward type 'sum'"),
        ('agents = ["a"]\nversions = 1\n' + ONE, "versions is 1"),
        ('agents = ["a"]\n[[environments]]\nid = 3\n', "id is 3"),
    ],
)
def test_a_wrong_suite_is_named_in_one_sentence(written, text, message):
    path = written(text)
    with pytest.raises(SpecError, match=message) as caught:
        read_config(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value).strip()


def test_a_suite_that_is_not_there(tmp_path):
    with pytest.raises(SpecError, match="cannot be read"):
        read_suite(tmp_path / "absent.toml")


def test_a_run_goes_on_only_under_the_same_dynamics():
    def versions(**given):
        return RunConfig(
            environments=(RunEnvironment(id="x"),),
            agents=("a",),
            versions={key.replace("__", ":"): value for key, value in given.items()},
        )

    begun = versions(core_env__x="v1 envs 0.1", core="0.1")
    check_versions(begun, versions(core_env__x="v1 envs 0.2", core="0.2"))
    with pytest.raises(SpecError, match=r"core_env:x v1 envs 0\.1 and v2 envs 0\.2 is installed"):
        check_versions(begun, versions(core_env__x="v2 envs 0.2", core="0.2"))
