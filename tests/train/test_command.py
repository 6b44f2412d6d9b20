import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from latentgym_core import plugin as core_plugin
from latentgym_core.cli import cli
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_train import plugin as train_plugin
from latentgym_train.config.config_file import accelerate_files, recipe_names


@pytest.fixture
def latentgym():
    return lambda *words: CliRunner().invoke(cli, ["train", *words], obj=load_registry())


def test_recipes_are_listed(latentgym):
    result = latentgym("--recipes")
    assert result.exit_code == 0
    assert "tiny-number-guessing" in result.stdout.splitlines()


def test_recipes_are_completed_and_else_files():
    def completions(incomplete):
        shell = ShellComplete(cli, {"obj": load_registry()}, "latentgym", "_LATENTGYM_COMPLETE")
        return [(item.type, item.value) for item in shell.get_completions(["train"], incomplete)]

    assert ("plain", "tiny-bandits") in completions("tiny-b")
    assert all(value.startswith("tiny-b") for _, value in completions("tiny-b"))
    assert len(completions("")) == len(recipe_names())
    assert completions("mine/") == [("file", "mine/")]


def test_a_dry_run_prints_a_file_that_means_the_same(latentgym, tmp_path):
    words = ("tiny-number-guessing", "--seed", "3", "--set", "rl.iterations=7", "--dry-run")
    printed = latentgym(*words)
    (tmp_path / "mine.toml").write_text(printed.stdout, "utf-8")
    assert latentgym(str(tmp_path / "mine.toml"), "--dry-run").stdout == printed.stdout
    assert "iterations = 7" in printed.stdout


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("tiny-number-gessing",), 1, "did you mean tiny-number-guessing?"),
        (("tiny-number-guessing", "--set", "rl.iteration=7"), 1, "did you mean iterations?"),
        (("tiny-number-guessing", "--set", "rl.clip_low=2"), 1, "clip_low is 2.0"),
        (("tiny-number-guessing", "--set", "rl.iterations"), 2, "KEY=VALUE"),
        (("tiny-number-guessing", "--set", "name.x=1"), 1, "name is 'tiny' and no table"),
        (("tiny-number-guessing", "--set", "data.train.env='x'"), 1, "set data.train as a whole."),
        (("tiny-number-guessing", "--jobs", "2"), 2, "how many arms of a --compare"),
        ((), 2, "Name a CONFIG"),
        (("--resume", "nowhere"), 1, "no training was begun there"),
    ],
)
def test_what_is_wrong_is_one_sentence(words, code, sentence, latentgym):
    result = latentgym(*words)
    assert result.exit_code == code
    assert sentence in result.stderr


def test_the_module_is_the_command():
    source = Path(sys.modules["latentgym_train"].__file__).with_name("__main__.py")
    assert 'main(["train"' in source.read_text("utf-8")


@pytest.mark.parametrize("path", accelerate_files(), ids=lambda path: path.stem)
def test_example_files_of_accelerate_load(path):
    from accelerate.commands.config.config_args import load_config_from_file
    from accelerate.utils import FullyShardedDataParallelPlugin

    config = load_config_from_file(str(path))
    assert config.num_processes > 1
    if config.fsdp_config:
        settings = config.fsdp_config
        FullyShardedDataParallelPlugin(
            fsdp_version=settings["fsdp_version"],
            reshard_after_forward=settings["fsdp_reshard_after_forward"],
            auto_wrap_policy=settings["fsdp_auto_wrap_policy"].lower(),
            state_dict_type=settings["fsdp_state_dict_type"],
        )


@pytest.fixture
def with_training(rooms):
    """The toy, and the command."""
    return Registry.from_plugins([core_plugin, train_plugin, rooms])


@pytest.mark.parametrize(
    ("changes", "words", "sentence"),
    [
        ({"sft__phases": [{"steps": 1, "players": {"scripted/nobody": 1.0}}]}, (), "nobody"),
        ({"data__ood_latents": ["rooms/treasure"]}, (), "is trained on"),
        ({"rl__modules": ["atention"]}, (), "trains no weights of 'atention'"),
        ({"data__holdout": {"modulus": 64, "validation": [1], "test": [63]}}, (), "too few values"),
        ({"policy__source": "folder"}, (), "folder' cannot be loaded"),
        ({"run__tracker": "nobody"}, (), "Accelerate cannot begin"),
        ({}, ("--num-processes", "3"), "it is a multiple of the 3 processes"),
        ({}, ("--out", "full"), "full is not empty"),
        ({}, ("--compare", "--set", "compare.players=['scripted/nobody']"), "scripted/nobody"),
        ({"rl": None}, ("--compare",), "the recipe has no rl"),
    ],
)
def test_a_dry_run_refuses_what_a_start_refuses(
    changes, words, sentence, toy_file, with_training, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("full", "folder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine").touch()
    arguments = ["train", str(toy_file(**changes)), *words]
    begun = CliRunner().invoke(cli, arguments, obj=with_training)
    checked = CliRunner().invoke(cli, [*arguments, "--dry-run"], obj=with_training)
    assert sentence in checked.stderr
    if "--num-processes" not in words:  # each process says it by itself
        assert checked.stderr == begun.stderr
    assert (checked.exit_code, checked.stdout) == (1, "")
    assert not (tmp_path / "runs").exists()


def test_a_dry_run_fetches_no_policy_and_says_so(toy_file, with_training, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    arguments = ["train", str(toy_file(policy__source="acme/large")), "--dry-run"]
    checked = CliRunner().invoke(cli, arguments, obj=with_training)
    assert checked.exit_code == 0
    assert "acme/large was not loaded" in checked.stderr
    assert checked.stdout.startswith('name = "toy"')
    assert [each.name for each in tmp_path.iterdir()] == ["toy.toml"]
