import random

import pytest
import torch

from latentgym_core.agents.kv_cache import ConversationCache
from latentgym_core.errors import SpecError
from latentgym_train.batching import make_batch
from latentgym_train.chat import ChatFormat
from latentgym_train.play_record import TokenPlay, Turn
from latentgym_train.playing import Start, play_all
from latentgym_train.sampling import CachedSampler, SamplingSettings, check_layers
from latentgym_train.scoring import Scorer, score

TOLERANCE = 1e-4


def sampler(policy, *, seed=0, **changes):
    settings = {"stop_tokens": policy.stop_tokens, "max_new_tokens": 5, "context": None}
    return CachedSampler(
        Scorer(policy.model),
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


@pytest.mark.parametrize("seed", [0, 1])
def test_cached_log_probs_are_those_of_one_full_forward_pass(toy_policy, seed):
    tokens, logs, _ = random_conversations(toy_policy, seed=seed)
    for row, ids in tokens.items():
        with torch.no_grad():
            law = toy_policy.model(torch.tensor([ids])).logits[0].log_softmax(-1)
        full = law[:-1].gather(-1, torch.tensor(ids[1:])[:, None])[:, 0]
        sampled = [place for place, log in enumerate(logs[row]) if log is not None]
        assert sampled
        for place in sampled:
            assert full[place - 1].item() == pytest.approx(logs[row][place], abs=TOLERANCE)


def test_only_new_tokens_are_read(toy_policy):
    tokens, logs, engine = random_conversations(toy_policy)
    # The last token of a row is sampled and never read.
    assert engine.tokens_read <= sum(map(len, tokens.values())) - len(tokens) + 1
    assert engine.tokens_read >= sum(log is None for row in logs.values() for log in row)


def test_rows_that_are_over_leave_the_cache(toy_policy):
    _, _, engine = random_conversations(toy_policy)
    assert len(engine._rows) < 9
    assert engine._cache.layers[0].keys.shape[0] == len(engine._rows)


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


def test_a_play_keeps_tokens_turns_and_task_spans(rooms, registry, toy_policy):
    for play in played(rooms, registry, toy_policy, count=4):
        chat = ChatFormat(toy_policy.tokenizer)
        first, second = play.turns
        assert (first.task_index, second.task_index) == (0, 1)
        assert play.task_spans == ((0, first.stop), (first.stop, second.stop))
        assert second.stop == len(play.tokens)
        for turn, record in zip(play.turns, play.trajectory.turns, strict=True):
            assert chat.decode(play.tokens[turn.start : turn.stop]) == record.reply
        assert play.rewards == play.trajectory.rewards


def test_the_tokens_are_those_of_the_chat_template(rooms, registry, toy_policy):
    for play in played(rooms, registry, toy_policy, count=4):
        said = play.trajectory.messages
        text = toy_policy.tokenizer.apply_chat_template(said, tokenize=False)
        assert toy_policy.tokenizer.decode(play.tokens).startswith(text.split("<|end|>")[0])


def test_a_full_context_truncates_and_flags(rooms, registry, toy_policy):
    second = min(p.turns[1].start for p in played(rooms, registry, toy_policy, count=3))
    plays = played(rooms, registry, toy_policy, count=3, context=second + 4)  # replies take 5
    assert all(play.truncated and len(play.turns) == 1 for play in plays)
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


def test_a_template_that_rewrites_earlier_turns_is_refused(toy_policy):
    import copy

    tokenizer = copy.deepcopy(toy_policy.tokenizer)
    tokenizer.chat_template = UNSTABLE
    with pytest.raises(SpecError, match="rewrites earlier turns"):
        ChatFormat(tokenizer)


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
        rewards=(0.0, 1.0),
        group="g",
        trajectory=None,
    )
    batch = make_batch([play], 0)
    assert batch.actions.tolist() == [[False, True, False, True]]
    assert batch.turn_index.tolist() == [[0, 0, 0, 1]]


def played(rooms, registry, policy, *, count, context=None):
    from latentgym_core.environment import build_environment

    environment = build_environment(registry.complete(rooms.ENV), registry)
    starts = [Start(environment, environment.sequence(seed, "train")) for seed in range(count)]
    return play_all(starts, sampler(policy, context=context), ChatFormat(policy.tokenizer))
