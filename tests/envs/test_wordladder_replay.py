"""The published recordings, where they are present."""

import pytest

from latentgym_core import plugin as core_plugin
from latentgym_core.recordings.adoption import adopt
from latentgym_core.recordings.files import find_recordings
from latentgym_core.recordings.replay import replay
from latentgym_core.registry.registry import Registry
from latentgym_envs import plugin as envs_plugin
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordladder.graph import ladders
from latentgym_envs.wordladder.latents.hub import HubWord
from latentgym_envs.wordladder.latents.vocabulary import vocabularies

GAME = WordLadder()


@pytest.fixture(scope="module")
def recordings(recorded):
    return [found.record for found in find_recordings([recorded("wordladder")])]


def test_every_recording_replays(recordings):
    registry = Registry.from_plugins([core_plugin, envs_plugin])
    replays = [replay(adopt(recording, registry), registry) for recording in recordings]
    assert len(replays) > 100
    for recording, replayed in zip(recordings, replays, strict=True):
        assert replayed.num_tasks == len(recording.rewards)
    assert [each.mismatches for each in replays if each.mismatches] == []


def test_recorded_tasks_are_possible_and_have_the_solutions_we_would_give(recordings):
    hub_latents = {length: HubWord(length=length) for length in (3, 4)}
    for config in (config for each in recordings for config in each.configurations):
        path = tuple(config["optimal_path"])
        pair, length = (path[0], path[-1]), len(path[0])
        if "hub_word" in config:
            tasks = hub_latents[length].members(GAME, config["hub_word"])
            assert path in {task.optimal_path for task in tasks if task.start_word == pair[0]}
        else:
            assert path == ladders("basic", "basic", length).paths[pair][0]
        if "vocabulary" in config and len(config["vocabulary"]) < 40:  # whole islands have no ties
            assert " ".join(config["vocabulary"]) in vocabularies("basic", length, 40)


def test_recorded_hubs_come_from_the_list(recordings):
    for recording in recordings:
        found = {config.get("hub_word") for config in recording.configurations}
        if found != {None}:
            (hub,) = found
            assert hub in HubWord(length=len(hub)).values_in(GAME)
