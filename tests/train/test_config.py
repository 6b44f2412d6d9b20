import attrs
import pytest

from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import load_registry
from latentgym_train.comparison.arms import CROSS, SINGLE, UNRELATED, arms_of, single_task_twin
from latentgym_train.comparison.checks import check_played
from latentgym_train.config.config import ARMS, Config
from latentgym_train.config.config_build import build
from latentgym_train.config.config_file import find_file, format_config, load_config, recipe_names
from latentgym_train.sequences.data import distinct_ids
from latentgym_train.sequences.novelty import check_novel

SMALL = {"data": {"train": [{"env": "number_guessing"}]}}


def phase(**changes):
    """A supervised stage of one phase."""
    return {"phases": [{"steps": 3, **changes}]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rll": {}}, "there is no key 'rll'; did you mean rl?"),
        ({"rl": {"iteration": 5}}, "rl: there is no key 'iteration'; did you mean iterations?"),
        ({"rl": {"algorithm": "grppo"}}, "did you mean grpo?"),
        ({"rl": {"returns": "to-go"}}, "did you mean to_go?"),
        ({"rl": {"iterations": 0}}, "iterations is 0; it is a whole number from 1."),
        ({"rl": {"learning_rate": -1.0}}, "learning_rate is -1.0; it is a number above 0"),
        ({"rl": {"smoothing": 1.5}}, "smoothing is 1.5; it is a number from 0 to 1."),
        ({"rl": {"iterations": "many"}}, "iterations is 'many'; it should be a whole number."),
        ({"rl": {"iterations": True}}, "iterations is True; it should be a whole number."),
        ({"rl": {"minibatch": 48}}, "sequences is 128; it is a multiple of minibatch, 48"),
        ({"rl": {"algorithm": "grpo"}}, "compares the sequences of a group: set group = 8."),
        ({"rl": {"algorithm": "rloo", "group": 8}}, "set epochs = 1."),
        ({"policy": {"hidden_size": 60}}, "hidden_size is 60; it is a multiple of"),
        ({"data": {"train": []}}, "data.train is empty"),
        ({"data": {}}, "data: the key 'train' is missing."),
        ({"data": {"train": [{}]}}, "has either env"),
        ({"sft": {"phases": [{"steps": 3}]}}, "imitates either players or trajectories"),
        ({"sft": phase(players={"scripted/blind": -1})}, "names and weights above 0."),
        ({"sft": phase(players={"scripted/blind": True})}, "names and weights above 0."),
        ({"sft": phase(players=3)}, "players is 3; it is a table of names"),
        ({"run": 3}, "run is 3; it should be a table."),
        ({"compare": {"arms": ["base", "cros-task"]}}, "did you mean cross-task?"),
        ({"compare": {"arms": ["base"]}}, "leaves out cross-task, which is always compared."),
        ({"compare": {"curves": ["regret"]}}, "allowed are reward, solved, turns"),
        ({"compare": {"variants": {"base": {"rl": {}}}}}, "and is none of base, single-task"),
        ({"compare": {"variants": {"../own": {"rl": {}}}}}, "'../own' cannot name a variant"),
        ({"compare": {"variants": {"own": {"sft": {}}}}}, "so it changes keys of rl, data, batch"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(changes, sentence):
    with pytest.raises(SpecError) as caught:
        build(Config, {**SMALL, **changes}, "mine.toml")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("mine.toml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("holdout", "sentence"),
    [
        ({"modulus": 5, "validation": [1], "test": [1]}, "in validation and in test"),
        ({"modulus": 5, "validation": [1], "test": [5]}, "buckets go from 0 to 4"),
        ({"modulus": 2, "validation": [1], "test": [0]}, "each need a bucket"),
        ({"validation": [0]}, "buckets of no modulus; set one"),
        ({"test": [1]}, "buckets of no modulus; set one"),
    ],
)
def test_a_holdout_leaves_something_for_everybody(holdout, sentence):
    with pytest.raises(SpecError, match=sentence):
        build(Config, {"data": {**SMALL["data"], "holdout": holdout}}, "mine.toml")


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_reads_prints_and_reads_the_same(name, tmp_path):
    config = load_config(name)
    path = tmp_path / "printed.toml"
    path.write_text(format_config(config), "utf-8")
    assert load_config(str(path)) == config


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_names_components_that_exist(name):
    registry, config = load_registry(), load_config(name)
    for source in config.data.train:
        registry.complete(source.env)
    for env_id in (*config.data.ood_latents, *config.data.ood_envs, *config.data.evaluation):
        registry.complete(env_id)
    for other in config.compare.also:
        load_config(other)


def test_overrides_come_last():
    config = load_config("tiny-number-guessing", {"rl.iterations": 7, "seed": 3})
    assert (config.rl.iterations, config.seed) == (7, 3)


def test_a_file_extends_another(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'extends = "tiny-number-guessing"\nname = "mine"\n[rl]\nepochs = 1\n', "utf-8"
    )
    mine, theirs = load_config(str(tmp_path / "mine.toml")), load_config("tiny-number-guessing")
    assert mine == attrs.evolve(theirs, name="mine", rl=attrs.evolve(theirs.rl, epochs=1))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("name.x", "name is 'tiny' and no table; set name as a whole."),
        ("data.train.env", "data.train is [{'env': "),
        ("rl.epochs.x.y", "rl.epochs is 1 and no table"),
    ],
)
def test_an_override_inside_what_is_no_table_is_one_sentence(key, sentence):
    with pytest.raises(SpecError) as caught:
        load_config("tiny-number-guessing", {key: 1})
    assert str(caught.value).startswith(f"{key} cannot be set, because ")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("last", ["first.toml", "second.toml"])
def test_a_file_that_extends_itself_is_one_sentence(last, tmp_path):
    (tmp_path / "first.toml").write_text('extends = "second.toml"\n', "utf-8")
    (tmp_path / "second.toml").write_text(f'extends = "{last}"\n', "utf-8")
    with pytest.raises(SpecError, match=rf"{last} extends itself; `extends` names another file"):
        load_config(str(tmp_path / "first.toml"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("data = 3", "data is 3; it should be a table."),
        ("[data]\ntrain = 3", "data: train is 3; it is a list, as in"),
        ("[data]\ntrain = [3]", r"train\[0\] is 3; it should be a table."),
        ("compare = 3\n[data]\ntrain = []", "compare is 3; it should be a table."),
        ("extends = 3", "There is no recipe and no file '3'"),
    ],
)
def test_a_file_of_the_wrong_shape_is_one_sentence(text, sentence, tmp_path):
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    with pytest.raises(SpecError, match=sentence):
        load_config(str(tmp_path / "mine.toml"))


def test_an_unknown_recipe_is_answered_with_the_nearest():
    with pytest.raises(SpecError, match="did you mean tiny-number-guessing"):
        find_file("tiny-number-gessing")


def test_a_file_that_is_no_toml_is_one_sentence(tmp_path):
    (tmp_path / "mine.toml").write_text("rl = [", "utf-8")
    with pytest.raises(SpecError, match=r"is no TOML file"):
        load_config(str(tmp_path / "mine.toml"))


def test_the_arms_of_a_comparison_have_one_budget(registry, toy_data, make_config):
    arms = {arm.name: arm for arm in arms_of(make_config(toy_data), "base/policy", registry)}
    assert set(arms) == set(ARMS)
    single, cross, unrelated = (arms[name].config for name in (SINGLE, CROSS, UNRELATED))
    assert single.rl.sequences == 2 * cross.rl.sequences  # sequences of one task, not of two
    assert single.rl.minibatch == 2 * cross.rl.minibatch
    assert single.rl.iterations == cross.rl.iterations
    assert single.data.pool == 2 * cross.data.pool  # so that no task comes again any sooner
    assert [each.data.tasks for each in (single, cross, unrelated)] == [
        "single",
        "related",
        "unrelated",
    ]
    assert all(each.policy.source == "base/policy" for each in (single, cross, unrelated))
    assert arms["base"].config.rl is None


def test_arms_are_chosen_and_variants_added(registry, toy_data, make_config):
    variants = {"own-task": {"rl": {"returns": "single_task"}}, "grpo": {"rl": {"group": 8}}}
    data = {**toy_data, "compare": {"arms": ["base", "cross-task"], "variants": variants}}
    arms = {arm.name: arm.config for arm in arms_of(make_config(data), "base/policy", registry)}
    assert list(arms) == ["base", "cross-task", "own-task", "grpo"]
    cross, own = arms["cross-task"], arms["own-task"]
    rl = attrs.evolve(cross.rl, returns="single_task")
    assert own == attrs.evolve(cross, name="toy-own-task", rl=rl)
    assert (own.policy.source, own.sft) == ("base/policy", None)


def test_a_variant_of_a_key_that_does_not_exist_is_one_sentence(registry, toy_data, make_config):
    data = {**toy_data, "compare": {"variants": {"own": {"rl": {"return": "single_task"}}}}}
    with pytest.raises(SpecError, match=r"variants: own: rl: there is no key .* mean returns\?"):
        arms_of(make_config(data), "base/policy", registry)


@pytest.mark.parametrize("name", recipe_names())
def test_the_arms_of_a_recipe_can_be_made(name):
    config = load_config(name)
    if config.data.tasks == "related" and len(config.data.train) == 1:
        arms = arms_of(config, "base/policy", load_registry())
        assert {arm.name for arm in arms} == {*config.compare.arms, *config.compare.variants}


@pytest.mark.parametrize("name", recipe_names())
def test_the_table_of_a_recipe_can_be_made(name):
    registry, config = load_registry(), load_config(name)
    check_played(config, registry)
    check_novel(config.data, distinct_ids(config.data.train), registry)


@pytest.mark.parametrize("name", [each for each in recipe_names() if each.endswith("-single-task")])
def test_a_single_task_recipe_is_the_twin_of_its_recipe(name):
    twin, original = load_config(name), load_config(name.removesuffix("-single-task"))
    expected = single_task_twin(original, load_registry())
    assert twin == attrs.evolve(expected, name=twin.name, compare=twin.compare)


def test_what_lies_beside_a_file_is_found_from_anywhere(tmp_path, monkeypatch):
    (tmp_path / "base").mkdir()
    (tmp_path / "good.jsonl").touch()
    file = tmp_path / "mine.toml"
    file.write_text(
        'policy.source = "base"\ndata.train = [{ env = "number_guessing" }]\n'
        '[[sft.phases]]\nsteps = 1\ntrajectories = ["good.jsonl", "runs/of/mine"]\n'
    )
    monkeypatch.chdir("/")
    config = load_config(str(file))
    assert config.policy.source == str(tmp_path / "base")
    assert config.sft.phases[0].trajectories == (str(tmp_path / "good.jsonl"), "runs/of/mine")
    assert load_config("tiny-number-guessing").policy.source == "tiny"
