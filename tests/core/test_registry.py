"""The registry as a value: scopes, lookups, clashes, completion of ids."""

import re
from types import SimpleNamespace

import pytest

from latentgym_core import plugin as core_plugin
from latentgym_core.errors import NameConflictError, PluginError, SpecError, UnknownNameError
from latentgym_core.registry.env_id import EnvId, PartialEnvId
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.loading import PluginSettings
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import (
    AgentSpec,
    CoreEnvSpec,
    FeedbackSpec,
    LatentSpec,
    PromptSpec,
)


def never(**_):
    raise AssertionError("a listing or a lookup must not load a factory")


def plugin(**specs):
    """An object that registers the given specs, kind to records."""
    hooks = {
        f"latentgym_register_{kind}": hookimpl(lambda records=records: records)
        for kind, records in specs.items()
    }
    return SimpleNamespace(**hooks)


def core_env(name, **more):
    return CoreEnvSpec(name=name, factory=never, **more)


def latent(name, *core_envs, **more):
    return LatentSpec(name=name, core_envs=core_envs, factory=never, **more)


def player(name, *core_envs):
    return AgentSpec(name=name, core_envs=core_envs, factory=never)


GAMES = plugin(
    core_envs=[
        core_env("doors", default_latent="same", default_num_tasks=4),
        core_env("maze"),
        core_env("lamps", default_latent="bright"),
    ],
    latents=[
        latent("same", "doors", "maze", tier="easy"),
        latent("only_maze", "maze", tier="hard", structure="markov"),
        latent("bright", "lamps"),
        latent("retired", "maze", refusal="its pool is empty; use only_maze."),
    ],
    feedbacks=[FeedbackSpec(name="map", core_envs=("maze",), factory=never)],
    agents=[player("scripted/blind", "doors"), player("scripted/blind", "maze")],
)


@pytest.fixture(scope="module")
def registry():
    return Registry.from_plugins([core_plugin, GAMES])


def names(entries):
    return [entry.spec.name for entry in entries]


# ---- lookups


def test_an_entry_says_what_it_is_and_where_it_comes_from(registry):
    entry = registry.prompt(("doors",), "no_info")
    assert isinstance(entry.spec, PromptSpec)
    assert entry.origin.distribution == "latentgym-core"
    assert not entry.conflict


def test_an_unknown_name_is_answered_with_the_nearest_and_the_listing(registry):
    with pytest.raises(UnknownNameError) as seen:
        registry.core_env("door")
    assert str(seen.value) == (
        "There is no core env named 'door'; did you mean doors? "
        "`latentgym list core-envs` lists them all."
    )
    with pytest.raises(UnknownNameError, match="`latentgym list latents --env maze`") as seen:
        registry.latent(("maze",), "only_maz")
    assert seen.value.suggestions == ["only_maze"]


def test_suggestions_are_names_that_would_do(registry):
    with pytest.raises(UnknownNameError) as seen:
        registry.latent(("doors",), "only_mazes")
    assert "only_maze" not in seen.value.suggestions


def test_a_latent_of_another_core_env_says_which_ones_it_serves(registry):
    with pytest.raises(SpecError, match="'only_maze' serves maze, not doors; `latentgym list lat"):
        registry.latent(("doors",), "only_maze")


def test_a_mixed_sequence_needs_a_latent_that_serves_every_game(registry):
    assert registry.latent(("maze", "doors"), "same").spec.core_envs == ("doors", "maze")
    with pytest.raises(SpecError, match=r"'same' serves doors, maze, not doors\+lamps"):
        registry.latent(("doors", "lamps"), "same")


def test_a_spec_without_core_envs_serves_every_one(registry):
    assert registry.latent(("doors", "lamps"), "cyclic").spec.core_envs == ()


def test_scripted_players_are_found_by_the_game(registry):
    for game in ("doors", "maze"):
        assert registry.agent("scripted/blind", (game,)).spec.core_envs == (game,)
    with pytest.raises(SpecError, match="serves doors, maze, not lamps"):
        registry.agent("scripted/blind", ("lamps",))
    assert registry.agent("openai", ("lamps",)).spec.name == "openai"


# ---- listings


def test_listings_keep_what_serves_all_the_core_envs(registry):
    assert names(registry.latents(("maze", "doors")))[-1] == "same"
    assert names(registry.feedbacks(("maze",))) == ["standard", "information", "map"]
    assert "map" not in names(registry.feedbacks(("doors",)))
    assert registry.agent_names().count("scripted/blind") == 1
    assert "scripted/blind" not in registry.agent_names(("lamps",))


def test_latents_are_listed_by_tier_and_structure(registry):
    assert names(registry.latents(("maze",), structure="markov")) == ["only_maze"]
    assert names(registry.latents(("maze",), tier="easy")) == ["fixed_list", "same"]
    assert names(registry.latents(("maze",), tier="easy", structure="markov")) == []


# ---- clashes


def strangers(first, second):
    return Registry.from_plugins([core_plugin, plugin(**first), plugin(**second)])


def test_two_strangers_make_a_conflict_that_only_its_users_meet():
    registry = strangers(
        {"latents": [latent("fixed", "maze", "doors")]},
        {"latents": [latent("fixed", "maze"), latent("other", "maze")]},
    )
    assert [e.conflict for e in registry.latents() if e.spec.name == "fixed"] == [True, True]
    with pytest.raises(NameConflictError) as seen:
        registry.latent(("maze",), "fixed")
    assert str(seen.value) == (
        "The latent 'fixed' of maze and doors is claimed by simplenamespace:plugin1 0 and "
        "simplenamespace:plugin2 0; switch one of them off with "
        "LATENTGYM_DISABLE_PLUGINS=simplenamespace:plugin2."
    )
    assert registry.latent(("doors",), "fixed").spec.core_envs == ("maze", "doors")
    assert not registry.latent(("maze",), "other").conflict


def test_one_name_for_two_core_envs_is_no_clash():
    registry = strangers(
        {"latents": [latent("fixed", "maze")]}, {"latents": [latent("fixed", "doors")]}
    )
    assert registry.latent(("doors",), "fixed").spec.core_envs == ("doors",)
    assert not any(entry.conflict for entry in registry.latents())


@pytest.mark.parametrize(
    ("specs", "sentence"),
    [
        ({"latents": [latent("cyclic", "maze")]}, "the latent 'cyclic' of maze is reserved"),
        ({"agents": [player("openai", "maze")]}, "the agent 'openai' is reserved"),
    ],
)
def test_first_party_names_are_reserved_and_the_newcomer_is_left_out_as_a_whole(specs, sentence):
    newcomer = plugin(core_envs=[core_env("cave")], **specs)
    with pytest.raises(PluginError, match=sentence):
        Registry.from_plugins([core_plugin, newcomer])
    registry = Registry.from_plugins([core_plugin, newcomer], PluginSettings())
    (failure,) = registry.failures
    assert sentence in failure.message
    assert names(registry.core_envs()) == []


# ---- a latent of a core env's own plugin, and one of its name that serves every core env

CAVE = plugin(
    core_envs=[core_env("cave"), core_env("lake")],
    latents=[latent("cyclic", "cave"), latent("deep", "cave")],
)
CAVE_DEEP = [latent("deep", "cave")]


def test_in_its_own_core_env_a_plugin_may_give_a_general_latents_name_to_another():
    registry = Registry.from_plugins([core_plugin, GAMES, CAVE])
    assert registry.latent(("cave",), "cyclic").spec.core_envs == ("cave",)
    for others in (("lake",), ("maze",), ("cave", "lake")):
        assert registry.latent(others, "cyclic").spec.core_envs == ()
    assert names(registry.latents(("cave",))).count("cyclic") == 1
    assert names(registry.latents()).count("cyclic") == 2
    assert not any(entry.conflict for entry in registry.latents())
    assert str(registry.complete("cave/cyclic")) == "cave/cyclic/no_info/standard/ep10"


@pytest.mark.parametrize(
    "specs",
    [
        {"latents": [latent("cyclic", "maze")]},
        {"latents": [latent("cyclic", "cave", "maze")]},
        {"latents": [latent("cyclic")]},
        {"latents": [latent("same")]},
        {"prompts": [PromptSpec(name="no_info", core_envs=("cave",), factory=never)]},
        {"agents": [player("openai", "cave")]},
    ],
)
def test_nobody_takes_a_reserved_name_in_another_core_env_or_of_another_kind(specs):
    games = vars(GAMES) | {"__name__": "latentgym_envs.plugin"}
    newcomer = plugin(core_envs=[core_env("cave")], **specs)
    with pytest.raises(PluginError, match="is reserved"):
        Registry.from_plugins([core_plugin, SimpleNamespace(**games), newcomer])


def test_a_strangers_general_latent_gives_way_to_the_core_envs_own():
    registry = strangers(
        {"latents": [latent("deep")]}, {"core_envs": [core_env("cave")], "latents": CAVE_DEEP}
    )
    assert registry.latent(("cave",), "deep").spec.core_envs == ("cave",)
    assert registry.latent(("lake",), "deep").spec.core_envs == ()


def test_two_owners_of_one_core_env_still_clash():
    claim = {"core_envs": [core_env("cave")], "latents": CAVE_DEEP}
    registry = strangers(claim, claim)
    with pytest.raises(NameConflictError):
        registry.latent(("cave",), "deep")


# ---- ids


def test_an_id_is_completed_from_its_first_core_env(registry):
    assert str(registry.complete("doors")) == "doors/same/no_info/standard/ep4"
    assert str(registry.complete("doors+maze")) == "doors+maze/same/no_info/standard/ep4"
    partial = PartialEnvId(core_envs=("maze",), latent="same", feedback="map")
    assert registry.complete(partial).feedback == "map"
    assert str(registry.complete("lamps?env.dim=true")) == (
        "lamps/bright/no_info/standard/ep10?env.dim=true"
    )


def test_a_full_id_completes_to_itself(registry):
    full = EnvId.parse("maze/only_maze/oracle_info/map/ep3?latent.k=2")
    assert registry.complete(full) == full
    assert registry.complete(str(full)) == full


def test_a_core_env_without_a_default_asks_for_a_latent_and_names_some(registry):
    with pytest.raises(SpecError) as seen:
        registry.complete("maze")
    text = str(seen.value)
    assert "maze has no default latent: name one, as in maze/" in text
    assert "`latentgym list latents --env maze`" in text
    assert "retired" not in text


@pytest.mark.parametrize(
    "text", ["cave/same", "doors+cave", "doors/sam", "doors/same/no_inf", "doors/same/no_info/map2"]
)
def test_a_typo_in_any_part_fails_early(registry, text):
    with pytest.raises(UnknownNameError):
        registry.complete(text)


def test_a_default_that_does_not_serve_the_second_game_is_an_error(registry):
    with pytest.raises(SpecError, match=r"'bright' serves lamps, not lamps\+doors"):
        registry.complete("lamps+doors")


def test_players_of_a_mixed_sequence_have_one_name_and_an_entry_for_each_game():
    class Games:
        @staticmethod
        @hookimpl
        def latentgym_register_core_envs():
            yield from (CoreEnvSpec(name=name, factory="m:A") for name in ("one", "two"))

        @staticmethod
        @hookimpl
        def latentgym_register_agents():
            for name in ("one", "two"):
                yield AgentSpec(name="scripted/both", core_envs=(name,), factory="m:B")
            yield AgentSpec(name="scripted/half", core_envs=("one",), factory="m:C")
            yield AgentSpec(name="anything", factory="m:D")

    registry = Registry.from_plugins([Games])
    assert set(registry.agent_names(("one", "two"))) == {"scripted/both", "anything"}
    assert len(registry.agents(("one", "two"))) == 3
    assert set(registry.agent_names(("one",))) == {"scripted/both", "scripted/half", "anything"}


def test_a_registry_and_its_entries_say_in_one_line_what_they_are(registry):
    shown = repr(registry)
    assert re.fullmatch(r"Registry\(\d+ plugins?: \d+ core envs?, \d+ latents?, [^\n]+\)", shown)
    entry = registry.core_env("doors")
    assert repr(entry).startswith("Entry(CoreEnvSpec 'doors', from ")
    assert re.fullmatch(r"Plugin\(\S+ \S+, ok\)", repr(registry.plugins[0]))


def test_core_envs_may_be_given_as_they_stand_in_an_id(registry):
    names = [entry.spec.name for entry in registry.core_envs()][:2]
    assert registry.latents(names[0]) == registry.latents(names[:1])
    assert registry.agents(names[0]) == registry.agents(names[:1])
    assert registry.prompt(names[0], "no_info") == registry.prompt(names[:1], "no_info")
    assert registry.latents("+".join(names)) == registry.latents(names)
