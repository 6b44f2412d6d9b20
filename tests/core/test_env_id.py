import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId, PartialEnvId
from latentgym_core.registry.parameters import format_parameters, parse_parameters, parse_scalar

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True)
scalars = st.one_of(
    st.text(max_size=12),
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False),
    st.sampled_from(["1", "true", '"x"', "[1]", "a&b=c?d", "set_of_2+range_100", ""]),
)


@given(st.dictionaries(names, scalars, max_size=4))
def test_parameters_round_trip(parameters):
    read = parse_parameters(format_parameters(parameters))
    assert read == parameters
    assert [type(value) for value in read.values()] == [type(v) for v in parameters.values()]


@given(
    core_envs=st.lists(names, min_size=1, max_size=3, unique=True),
    latent=names,
    prompt=names,
    feedback=names,
    num_tasks=st.integers(1, 999_999),
    keys=st.dictionaries(names.map("env.{}".format), scalars, max_size=3),
)
def test_ids_round_trip(core_envs, latent, prompt, feedback, num_tasks, keys):
    env_id = EnvId(
        core_envs=tuple(core_envs),
        latent=latent,
        prompt=prompt,
        feedback=feedback,
        num_tasks=num_tasks,
        parameters=keys,
    )
    assert EnvId.parse(str(env_id)) == env_id


def test_equal_ids_print_equally_whatever_the_order_of_parameters():
    path = "number_guessing/set_of_3/no_info/standard/ep10"
    one = EnvId.parse(f"{path}?latent.k=5&env.max_turns=10")
    other = EnvId.parse(f"{path}?env.max_turns=10&latent.k=5")
    assert str(one) == str(other)
    assert one.parameters_of("latent") == {"k": 5}


def test_a_game_s_own_parameter_wins_over_the_shared_one():
    env_id = EnvId.parse("a+b/z/no_info/standard/ep2?env.t=1&b.t=2")
    assert env_id.parameters_of("env", "a") == {"t": 1}
    assert env_id.parameters_of("env", "b") == {"t": 2}


def test_trailing_parts_may_be_left_out():
    partial = PartialEnvId.parse("number_guessing/set_of_2")
    assert (partial.latent, partial.prompt, partial.num_tasks) == ("set_of_2", None, None)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "''"),
        ("a/b/c/d/ten", "'ten' in 'a/b/c/d/ten' is no horizon; write ep and a whole number"),
        ("a/b/c/d/ep0", "no horizon: of 0 tasks nothing is played; the shortest sequence is ep1"),
        ("a/b/c/d/ep1000000", "no horizon: the longest sequence is ep999999"),
        ("a/b/c/d/e10", "no horizon; did you mean ep10?"),
        ("a/b/c/d/10", "no horizon; did you mean ep10?"),
        ("a/b/c/d/EP010", "no horizon; did you mean ep10?"),
        ("a/b/c/d/ep-1", "write ep and a whole number"),
        ("a/b/c/d/ep1.5", "write ep and a whole number"),
        ("a/b/c/d/ep" + "9" * 5000, "write ep and a whole number"),
        ("a?evn.x=1", "as in env.x; there is env, latent, prompt, feedback, sequence, a; did you"),
        ("a?x=1", "as in env.x; there is env, latent"),
        ("a/b/c/d/ep3/x", "6 parts"),
        ("a b/c", "'a b'"),
        ("a+a/b", "twice"),
        ("a/b?max_turns=3", "'max_turns'"),
        ("a/b?env.x", "key=value"),
        ("a/b?env.x=1&env.x=2", "given twice"),
        ("a/b?elsewhere.x=1", "'elsewhere.x'"),
    ],
)
def test_a_malformed_id_is_one_sentence(text, part):
    with pytest.raises(SpecError, match=r"^[^\n]+$") as caught:
        PartialEnvId.parse(text)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("3", 3), ("0.5", 0.5), ("true", True), ("[1, 2]", "[1, 2]"), ("1979-05-27", "1979-05-27")],
)
def test_values_are_toml_scalars_and_everything_else_is_text(raw, value):
    assert parse_scalar(raw) == value
    assert type(parse_scalar(raw)) is type(value)
