import random

import pytest
import torch
from transformers import AutoModelForCausalLM

from latentgym_core.agents.weights.kv_cache import ConversationCache
from latentgym_core.agents.weights.local import LocalModel
from latentgym_core.errors import SpecError
from latentgym_train.learning.plays import TokenPlay, Turn, make_batch, make_turns
from latentgym_train.learning.scoring import Scorer, score
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.playing.playing import Start, play_all
from latentgym_train.playing.sampling import PASS_TOKENS, CachedSampler, SamplingSettings
from latentgym_train.policies.loading import check_layers

TOLERANCE = 1e-4


def sampler(policy, *, seed=0, scorer=None, **changes):
    settings = {"stop_tokens": policy.stop_tokens, "max_new_tokens": 5, "context": None}
    return CachedSampler(
        scorer or Scorer(policy.model),
        SamplingSettings(**(settings | changes)),
        torch.Generator().manual_seed(seed),
    )


def random_conversations(policy, *, num_rows=9, num_turns=6, seed=0):
    """Ragged conversations: blocks of 1 to 12 tokens, rows that end at different turns."""
    rng = random.Random(seed)
    words = range(10, len(policy.tokenizer))
    engine = sampler(policy, seed=seed)
    engine.begin(num_rows)
    tokens = {row: [] for row in range(num_rows)}
    logs = {row: [] for row in range(num_rows)}
    for turn in range(num_turns):
        live = [row for row in range(num_rows) if turn < 1 + row % num_turns]
        blocks = {row: rng.choices(words, k=rng.randint(1, 12)) for row in live}
        for row, reply in engine.extend(blocks).items():
            tokens[row] += [*blocks[row], *reply.tokens]
            logs[row] += [*[None] * len(blocks[row]), *reply.log_probs]
    return tokens, logs, engine


def assert_full_pass_agrees(policy, tokens, logs, exact=True):
    for row, ids in tokens.items():
        with torch.no_grad():
            law = policy.model(torch.tensor([ids])).logits[0].float().log_softmax(-1)
        full = law[:-1].gather(-1, torch.tensor(ids[1:])[:, None])[:, 0]
        sampled = [place for place, log in enumerate(logs[row]) if log is not None]
        assert sampled
        for place in sampled:
            tolerance = TOLERANCE if exact else 0.05
            assert full[place - 1].item() == pytest.approx(logs[row][place], abs=tolerance)


@pytest.mark.parametrize("seed", [0, 1])
def test_cached_log_probs_are_those_of_one_full_forward_pass(toy_policy, seed):
    tokens, logs, _ = random_conversations(toy_policy, seed=seed)
    assert_full_pass_agrees(toy_policy, tokens, logs)


def test_sampled_values_are_those_of_one_full_forward_pass(rooms, registry, toy_policy):
    scorer = Scorer(toy_policy.model, with_values=True).eval()
    torch.nn.init.normal_(scorer.value_head.weight, generator=torch.Generator().manual_seed(2))
    plays = played(rooms, registry, toy_policy, count=8, scorer=scorer)
    turns = make_turns(plays)
    batch = make_batch(plays, toy_policy.tokenizer.pad_token_id)
    with torch.no_grad():
        values = score(scorer, batch).values.gather(1, turns.before) * turns.present
    assert values.abs().max() > 0.1
    torch.testing.assert_close(turns.values, values, atol=TOLERANCE, rtol=0)


def small(kind, context=128, **changes):
    """A random model of another architecture, for the toy's vocabulary."""
    from transformers import GPT2Config, LlamaConfig, Qwen3Config

    configs = {"llama": LlamaConfig, "qwen3": Qwen3Config, "gpt2": GPT2Config}
    sizes = {
        "vocab_size": 512,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        **({} if kind == "gpt2" else {"num_key_value_heads": 2, "intermediate_size": 48}),
        "max_position_embeddings": context,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(configs[kind](**sizes), **changes).eval()


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("llama", {}),
        ("llama", {"attn_implementation": "eager"}),
        ("llama", {"dtype": torch.bfloat16}),
        ("qwen3", {}),
        ("gpt2", {}),
    ],
)
def test_other_architectures_are_sampled_from_alike(kind, changes, toy_policy):
    policy = LocalModel(small(kind, **changes), toy_policy.tokenizer)
    assert_full_pass_agrees(policy, *random_conversations(policy)[:2], exact="dtype" not in changes)


def test_padding_takes_no_positions_beyond_the_last(toy_policy):
    policy = LocalModel(small("gpt2", context=16), toy_policy.tokenizer)
    engine = sampler(policy, max_new_tokens=2, context=16, stop_tokens=frozenset())
    engine.begin(2)
    engine.extend({0: [20], 1: [21] * 10})
    replies = engine.extend({0: [22] * 11, 1: [23]})  # read together, 12 columns wide
    assert [len(replies[row].tokens) for row in (0, 1)] == [2, 2]


@pytest.mark.parametrize("worth", [0, 10_000])
def test_dividing_a_pass_changes_nothing(worth, toy_policy, monkeypatch):
    monkeypatch.setitem(PASS_TOKENS, "cpu", worth)
    assert_full_pass_agrees(toy_policy, *random_conversations(toy_policy)[:2])


def test_a_small_cache_grows(toy_policy, monkeypatch):
    monkeypatch.setattr("latentgym_train.playing.ragged_cache.GROWTH", 3)
    assert_full_pass_agrees(toy_policy, *random_conversations(toy_policy)[:2])


def test_a_pass_without_rows_of_its_own_leaves_no_trace(toy_policy):
    """Where weights are sharded, every process runs as many passes as the busiest."""
    blocks = {0: [20, 21, 22], 1: [30]}
    further = {0: [40], 1: [41, 42, 43, 44, 45]}
    alone, along = sampler(toy_policy), sampler(toy_policy)
    for engine in (alone, along):
        engine.begin(2)
    asked = iter([True, True, True, False])  # a turn; others read on twice; nobody
    first = [engine.extend(blocks) for engine in (alone, along)]
    along.any_rank = lambda here: next(asked, here)
    assert along.extend({}) == {}
    second = [engine.extend(further) for engine in (alone, along)]
    assert first[0] == first[1]
    for row in further:
        assert second[0][row].tokens == second[1][row].tokens
        assert second[0][row].log_probs == pytest.approx(second[1][row].log_probs, abs=TOLERANCE)


def test_tokens_are_drawn_as_often_as_they_are_likely(toy_policy):
    engine = sampler(toy_policy)
    law = torch.tensor([0.0, 0.5, 0.0, 0.3, 0.2, 0.0])
    tokens, logs, values = zip(*engine._draw(law.log().expand(20_000, -1), None), strict=True)
    assert not any(values)
    tokens = torch.tensor(tokens)
    shares = torch.bincount(tokens, minlength=6) / 20_000
    assert (shares[law == 0] == 0).all()
    torch.testing.assert_close(shares, law, atol=0.02, rtol=0)
    torch.testing.assert_close(torch.tensor(logs).exp(), law[tokens])


def test_only_new_tokens_are_read(toy_policy):
    tokens, logs, engine = random_conversations(toy_policy)
    # The last token of a row is sampled and never read.
    assert engine.tokens_read <= sum(map(len, tokens.values())) - len(tokens) + 1
    assert engine.tokens_read >= sum(log is None for row in logs.values() for log in row)


def test_rows_that_are_over_leave_the_cache(toy_policy):
    _, _, engine = random_conversations(toy_policy)
    assert len(engine._rows) < 9
    assert engine._cache.num_rows == len(engine._rows)


def test_greedy_replies_are_those_of_the_core_cache(toy_policy):
    rng = random.Random(3)
    blocks = {row: rng.choices(range(10, 300), k=4 + row) for row in range(3)}
    engine = sampler(toy_policy, temperature=0)
    engine.begin(3)
    for row, reply in engine.extend(blocks).items():
        cache, ids = ConversationCache(), list(blocks[row])
        logits = cache.read(toy_policy.model, ids)
        for token in reply.tokens:
            assert token == int(logits.argmax())
            logits = cache.read(toy_policy.model, [token])


def test_scores_of_a_padded_batch_are_what_was_sampled(rooms, registry, toy_policy):
    plays = played(rooms, registry, toy_policy, count=8)
    batch = make_batch(plays, toy_policy.tokenizer.pad_token_id)
    with torch.no_grad():
        scores = score(Scorer(toy_policy.model), batch)
    assert batch.actions.any()
    torch.testing.assert_close(scores.log_probs, batch.log_probs, atol=TOLERANCE, rtol=0)
    assert (scores.log_probs[~batch.actions] == 0).all()


def test_a_play_keeps_tokens_and_turns(rooms, registry, toy_policy):
    for play in played(rooms, registry, toy_policy, count=4):
        chat = ChatFormat(toy_policy.tokenizer)
        first, second = play.turns
        assert (first.task_index, second.task_index) == (0, 1)
        assert second.stop == len(play.tokens)
        for turn, record in zip(play.turns, play.trajectory.turns, strict=True):
            assert chat.decode(play.tokens[turn.start : turn.stop]) == record.reply


def test_the_tokens_are_those_of_the_chat_template(rooms, registry, toy_policy):
    for play in played(rooms, registry, toy_policy, count=4):
        said = play.trajectory.messages
        text = toy_policy.tokenizer.apply_chat_template(said, tokenize=False)
        assert text.startswith(toy_policy.tokenizer.decode(play.tokens).removesuffix("<|end|>"))


def test_a_full_context_truncates_and_flags(rooms, registry, toy_policy):
    second = min(p.turns[1].start for p in played(rooms, registry, toy_policy, count=3))
    plays = played(rooms, registry, toy_policy, count=3, context=second + 4)  # replies take 5
    assert all(len(play.turns) == 1 for play in plays)
    assert all(play.trajectory.truncated == "context" for play in plays)


def test_sliding_windows_are_refused():
    class Config:
        layer_types = ("full_attention", "sliding_attention")

    with pytest.raises(SpecError, match="sliding_attention; ragged sampling"):
        check_layers(Config())


UNSTABLE = (
    "{% for m in messages %}{{ m.role }}: "
    "{{ m.content if loop.last or m.role != 'assistant' else '...' }};{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


FORGETFUL = (
    "{% for m in messages %}{{ m.role }}: {{ m.content.split('</think>')[-1] }};{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


@pytest.mark.parametrize("template", [UNSTABLE, FORGETFUL])
def test_a_template_that_rewrites_earlier_turns_is_refused(template, toy_policy):
    import copy

    tokenizer = copy.deepcopy(toy_policy.tokenizer)
    tokenizer.chat_template = template
    with pytest.raises(SpecError, match="rewrites earlier turns"):
        ChatFormat(tokenizer)


def test_the_template_of_the_qwen3_recipe_keeps_reasoning(toy_policy):
    import copy

    from latentgym_train.config.config_file import load_config

    tokenizer = copy.deepcopy(toy_policy.tokenizer)
    tokenizer.chat_template = load_config("qwen3-8b-fsdp").policy.chat_template
    reply = "<think>Odd.</think>[7]"
    said = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": reply}]
    assert tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True) == (
        f"<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n{reply}<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    answer = tokenizer.decode(ChatFormat(tokenizer).following({"role": "user", "content": "Low."}))
    assert answer == "<|im_end|>\n<|im_start|>user\nLow.<|im_end|>\n<|im_start|>assistant\n"


def test_a_tokenizer_without_a_template_is_refused(toy_policy):
    import copy

    tokenizer = copy.deepcopy(toy_policy.tokenizer)
    tokenizer.chat_template = None
    with pytest.raises(SpecError, match="no chat template"):
        ChatFormat(tokenizer)


def test_batches_mask_what_was_read():
    play = TokenPlay(
        tokens=(5, 6, 7, 8, 9),
        log_probs=(0.0, 0.0, -1.0, -2.0, -3.0),
        turns=(Turn(start=2, stop=3, task_index=0), Turn(start=4, stop=5, task_index=1)),
        trajectory=None,
    )
    batch = make_batch([play], 0)
    assert batch.actions.tolist() == [[False, True, False, True]]
    assert batch.turn_index.tolist() == [[0, 0, 0, 1]]


def played(rooms, registry, policy, *, count, **changes):
    from latentgym_core.sequence.environment import build_environment

    environment = build_environment(registry.complete(rooms.ENV), registry)
    starts = [Start(environment, environment.sequence(seed, "train")) for seed in range(count)]
    return play_all(starts, sampler(policy, **changes), ChatFormat(policy.tokenizer))
