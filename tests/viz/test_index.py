"""The index, and what it is made of."""

import gzip
import json

import pytest
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_core.inference.folder import write_analyses
from latentgym_core.inference.records import Label, SequenceAnalysis, TaskAnalysis
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, write_trajectories
from latentgym_core.records.trajectory import ErrorRecord
from latentgym_core.registry.env_id import EnvId
from latentgym_viz.explorer.following.followed_runs import Library
from latentgym_viz.explorer.following.rows import json_object, read_row
from latentgym_viz.explorer.following.run_sources import find_runs
from latentgym_viz.explorer.index import build_index
from latentgym_viz.explorer.sequences import sequence_data
from latentgym_viz.palette import AGENT_COLOURS, agent_colours
from latentgym_viz.reviews.records import review_of
from latentgym_viz.reviews.store import add_reviews


@pytest.fixture(scope="module")
def model(scripted_run):
    return next(read_trajectories(scripted_run))


def indexed(*folders):
    return build_index(Library(find_runs(folders)).refresh())


def column(index, name):
    return index["columns"][name]


def write_run(folder, *trajectories):
    folder.mkdir(parents=True, exist_ok=True)
    write_trajectories(folder / TRAJECTORIES, trajectories)
    return folder


# ---- finding runs


def test_runs_are_named_by_as_much_of_their_path_as_it_takes(tmp_path, model):
    places = [tmp_path / each for each in ("a/run", "b/run", "b/other")]
    for place in places:
        write_run(place, model)
    assert [each.name for each in find_runs(places)] == ["a/run", "b/run", "other"]
    assert [each.name for each in find_runs([tmp_path])] == ["a/run", "other", "b/run"]
    assert len(find_runs([places[0], places[0], tmp_path / "a"])) == 1


def test_a_file_of_trajectories_is_a_run(tmp_path, model):
    file = tmp_path / "mine.jsonl"
    write_trajectories(file, [model])
    (source,) = find_runs([file])
    assert (source.name, source.path) == ("mine.jsonl", file)
    assert column(indexed(file), "seed") == [model.seed]
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes() * 2))
    (first, second) = sent(packed)
    assert first["trajectory"] == second["trajectory"]
    packed.write_bytes(packed.read_bytes()[:-40])
    assert indexed(packed)["runs"][0]["problems"]


def test_what_holds_no_run_is_one_sentence(tmp_path):
    with pytest.raises(SpecError, match="holds no run: `latentgym eval"):
        find_runs([tmp_path])
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(SpecError, match=r"name a run folder or a \.jsonl\[\.gz\] file"):
        find_runs([tmp_path / "notes.txt"])


# ---- rows


def test_every_end_of_a_task_has_its_letter(model):
    first, second, *_ = model.outcomes
    cut = evolve(
        model,
        outcomes=(first, evolve(second, solved=False), evolve(second, truncated=True, reward=0.0)),
        truncated="turns",
    )
    row = read_row(json.dumps({"schema_version": 1, **_data(cut)}).encode())
    assert row.states == "suc-"
    assert row.end == "turns"
    assert row.turns == (first.turns, second.turns, second.turns, 0)
    assert row.rewards == cut.rewards
    failed = evolve(cut, error=ErrorRecord(kind="ProviderError", message="gone"))
    assert read_row(json.dumps({"schema_version": 1, **_data(failed)}).encode()).end == (
        "error: ProviderError"
    )


def test_numbers_json_does_not_know_become_null():
    assert json_object(b'{"a": NaN, "b": [Infinity, 1]}') == {"a": None, "b": [None, 1]}


def _data(trajectory):
    from latentgym_core.records.serial import to_sparse_data

    return to_sparse_data(trajectory)


# ---- the index


def test_names_are_written_once_and_columns_are_equally_long(scripted_run, hand_off_run):
    index = indexed(scripted_run, hand_off_run)
    lengths = {len(values) for values in index["columns"].values()}
    assert len(lengths) == 1
    for name in ("agents", "envs", "variants", "splits", "ends", "labels"):
        values = [json.dumps(each) for each in index[name]]
        assert len(values) == len(set(values))
    named = [index["agents"][position]["name"] for position in column(index, "agent")]
    played = [*read_trajectories(scripted_run), *read_trajectories(hand_off_run)]
    assert named == [each.agent for each in played]
    assert column(index, "rewards") == [[round(r, 4) for r in each.rewards] for each in played]
    assert [run["planned"] for run in index["runs"]] == [8, len(played) - 8]
    assert not index["live"]


def test_equal_seeds_of_one_draw_share_it_whatever_the_prompt(tmp_path, model):
    base = EnvId.parse(model.env_id)
    ids = (
        base,
        evolve(base, prompt="full_info", feedback="information", num_tasks=2),
        base.with_parameters(prompt__depth=2),
        base.with_parameters(sequence__packing="upstream"),
        base.with_parameters(env__max_turns=5),
        evolve(base, latent="set_of_3"),
    )
    run = write_run(tmp_path / "run", *(evolve(model, env_id=str(each)) for each in ids))
    draws = [env["draw"] for env in indexed(run)["envs"]]
    assert draws == [0, 0, 0, 0, 1, 2]


def test_keys_name_a_sequence_for_good(tmp_path, model):
    other = evolve(model, seed=model.seed + 1)
    run = write_run(tmp_path / "run", model, other, model)
    first, second, again = column(indexed(run), "key")
    assert again == f"{first}-2"
    write_run(run, other, model)
    assert column(indexed(run), "key") == [second, first]
    renamed = write_run(tmp_path / "renamed", model)
    assert column(indexed(renamed), "key") != [first]


def test_findings_and_regret_come_from_the_analyses(tmp_path, model):
    run = write_run(tmp_path / "run", model, evolve(model, seed=7), evolve(model, seed=8))
    tasks = tuple(TaskAnalysis(index=i, reward=0.5, oracle=0.75) for i in range(2))

    def analysis(seed, tasks):
        return SequenceAnalysis(
            env_id=model.env_id,
            split=model.split,
            seed=seed,
            agent=model.agent,
            tasks=tasks,
            normalised_score=0.25,
            labels=(Label(mode="neglect"), Label(mode="breakdown", kind="partial")),
        )

    unknown = (*tasks, TaskAnalysis(index=2, reward=0.5))
    write_analyses(run, [analysis(model.seed, tasks), analysis(7, unknown)])
    index = indexed(run)
    assert column(index, "regret") == [0.5, None, None]
    assert column(index, "score") == [0.25, 0.25, None]
    assert index["labels"] == ["neglect", "breakdown/partial"]
    assert column(index, "labels") == [[0, 1], [0, 1], None]


def test_seven_thousand_sequences_fit(tmp_path, model):
    ten = evolve(
        model,
        tasks=model.tasks[:1] * 10,
        core_envs=model.core_envs[:1] * 10,
        turns=(),
        outcomes=tuple(evolve(model.outcomes[0], reward=0.1234 + i / 100) for i in range(10)),
    )
    run = write_run(
        tmp_path / "run",
        *(
            evolve(ten, seed=i % 100, agent=f"openai/model-{i % 7}", env_id=_id(i))
            for i in range(700)
        ),
    )
    size = len(json.dumps(indexed(run), separators=(",", ":")))
    assert size * 10 < 1.5e6


def _id(number):
    return f"number_guessing/set_of_{number % 9 + 2}/no_info/standard/ep10"


# ---- one sequence


def sent(run):
    library = Library(find_runs([run]))
    return [sequence_data(library.read(entry.key)) for entry in library.refresh().entries]


def test_a_sequence_is_sent_without_what_no_page_shows(scripted_run, hand_off_run):
    first, *_ = sent(scripted_run)
    assert first["analysis"] is None
    assert "task_keys" not in first["trajectory"]
    assert not any("agent" in turn for turn in first["trajectory"]["turns"])
    handed = next(each for each in sent(hand_off_run) if "→" in each["trajectory"]["agent"])
    players = {turn["agent"] for turn in handed["trajectory"]["turns"]}
    assert len(players) == 2, "whoever is not the agent of the whole sequence stays named"


def test_reviews_go_with_their_sequence(tmp_path, model):
    run = write_run(tmp_path / "run", model, evolve(model, seed=7))
    add_reviews(run, [review_of(model, 1, reviewer="ada", label="lucky", note="at once")])
    first, second = sent(run)
    (review,) = first["reviews"]
    assert (review["reviewer"], review["task_index"], review["label"]) == ("ada", 1, "lucky")
    assert second["reviews"] == []
    (run / "reviews.jsonl").write_text("[]\n")
    assert [each["reviews"] for each in sent(run)] == [[], []]


# ---- colours


def test_an_agent_has_one_colour_in_whatever_order_it_comes():
    names = [f"agent-{number}" for number in range(8)]
    colours = agent_colours(names)
    assert len(set(colours.values())) == len(AGENT_COLOURS) == 8
    assert agent_colours(reversed(names)) == colours
    handed = agent_colours([*names, "agent-3→agent-5@ep2"])
    assert handed == {**colours, "agent-3→agent-5@ep2": colours["agent-5"]}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("page", ["#ffffff", "#14171c"])
@pytest.mark.parametrize("colour", AGENT_COLOURS)
def test_every_colour_stands_out_on_both_pages(colour, page):
    low, high = sorted((luminance(colour), luminance(page)))
    assert (high + 0.05) / (low + 0.05) >= 3
