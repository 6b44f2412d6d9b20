"""Local agents with a tiny random model: caching, sampling, overflow, failures."""

import asyncio
import itertools
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve

from latentgym_core.agents.weights.local import LocalAgent, local_agent
from latentgym_core.contract.agent import AgentContext, Reply
from latentgym_core.contract.view import SequenceView
from latentgym_core.errors import AgentError, ContextOverflowError
from latentgym_core.records.trajectory import Usage

NEEDS_LOCAL = "needs the extra [local]: `pip install './latentgym-core[local]'`"
torch = pytest.importorskip("torch", reason=NEEDS_LOCAL)
transformers = pytest.importorskip("transformers", reason=NEEDS_LOCAL)

CONTEXT_LENGTH = 400
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
VIEW = SequenceView(
    latent=None,  # type: ignore[arg-type]
    core_env_name="game",
    core_env=None,  # type: ignore[arg-type]
    num_tasks=1,
    index=0,
    visible={},
    turns=(),
    history=(),
)
ANSWERS = ("less", "greater", "the number is less", "", "greater", "less")
Messages = list[dict[str, str]]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of two layers with a tokenizer of its own."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["the number is greater", "the number is less"], trainer)
    config = transformers.LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT_LENGTH,
        initializer_range=0.3,
        eos_token_id=1,
        bos_token_id=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = transformers.LlamaForCausalLM(config)
    path = tmp_path_factory.mktemp("model")
    model.save_pretrained(path)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", chat_template=TEMPLATE
    ).save_pretrained(path)
    return path


def make(folder: Path, **parameters: Any) -> LocalAgent:
    agent = local_agent(str(folder), **{"max_new_tokens": 12, **parameters})
    agent.name = "local/tiny"
    return agent


def context(session: str = "s", seed: int = 0, turn: int = 0) -> AgentContext:
    return AgentContext(session=session, seed=seed, view=evolve(VIEW, turns=({},) * turn))


def ask(agent: LocalAgent, messages: Messages, *, session: str = "s", seed: int = 0) -> Reply:
    turn = sum(message["role"] == "assistant" for message in messages)
    return asyncio.run(agent.reply(messages, context(session, seed, turn)))


def begin(text: str = "Guess.") -> Messages:
    return [
        {"role": "system", "content": "The number is hidden."},
        {"role": "user", "content": text},
    ]


def follow(messages: Messages, reply: str, answer: str) -> Messages:
    return [
        *messages,
        {"role": "assistant", "content": reply},
        {"role": "user", "content": answer},
    ]


def conversation(
    agent: LocalAgent, *, session: str, seed: int = 0, forget: bool = False
) -> list[Reply]:
    """Six turns, with or without the cache between them."""
    messages, replies = begin(), []
    for answer in ANSWERS:
        replies.append(ask(agent, messages, session=session, seed=seed))
        if forget:
            asyncio.run(agent.finish(session))
        messages = follow(messages, replies[-1].text, answer)
    return replies


@pytest.fixture(scope="module")
def reference(folder: Path) -> tuple[Any, list[int], list[int]]:
    """Tokenizer, prompt and greedy reply to `begin()`, as Transformers itself writes it."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    text = tokenizer.apply_chat_template(begin(), add_generation_prompt=True, tokenize=False)
    prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
    written = model.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False)[0].tolist()
    return tokenizer, prompt, written[len(prompt) :]


def test_greedy_replies_are_those_of_transformers(
    folder: Path, reference: tuple[Any, list[int], list[int]]
) -> None:
    tokenizer, prompt, written = reference
    reply = ask(make(folder), begin())
    assert reply.text == tokenizer.decode(written, skip_special_tokens=True)
    assert reply.usage == Usage(
        input_tokens=len(prompt), cached_tokens=0, output_tokens=len(written)
    )


def test_a_reply_ends_before_a_stop_token(
    folder: Path, reference: tuple[Any, list[int], list[int]]
) -> None:
    tokenizer, _, written = reference
    agent = make(folder)
    ask(agent, begin())
    assert agent._loaded
    assert agent._loaded.stop_tokens == {1}
    length = next(i for i, token in enumerate(written) if i > 1 and token not in written[:i])
    agent._loaded.model.generation_config.eos_token_id = [written[length], 299]
    assert agent._loaded.stop_tokens == {1, written[length], 299}
    reply = ask(agent, begin())
    assert reply.text == tokenizer.decode(written[:length], skip_special_tokens=True)
    assert reply.usage
    assert reply.usage.output_tokens == length + 1


def test_the_cache_changes_what_is_read_and_not_what_is_said(folder: Path) -> None:
    agent = make(folder)
    cached = conversation(agent, session="kept")
    fresh = conversation(agent, session="forgotten", forget=True)
    assert [reply.text for reply in cached] == [reply.text for reply in fresh]
    assert len({reply.text for reply in cached}) > 1
    assert all(reply.usage and reply.usage.cached_tokens == 0 for reply in fresh)
    for earlier, later in itertools.pairwise(cached):
        assert earlier.usage
        assert later.usage
        assert later.usage.cached_tokens >= earlier.usage.input_tokens


def test_a_history_that_diverges_is_read_again_from_there(folder: Path) -> None:
    agent = make(folder)
    stem = follow(begin(), ask(agent, begin()).text, "less")
    branches = [follow(stem, "I say", answer) for answer in ("greater", "less", "greater")]
    within_one = [ask(agent, branch) for branch in [*branches, begin("Other.")]]
    apart = [
        ask(agent, branch, session=f"branch {i}")
        for i, branch in enumerate([*branches, begin("Other.")])
    ]
    assert [reply.text for reply in within_one] == [reply.text for reply in apart]
    assert within_one[0].text == within_one[2].text != within_one[1].text
    assert all(reply.usage and reply.usage.cached_tokens for reply in within_one)


def test_asking_the_same_again_reads_one_token(folder: Path) -> None:
    agent = make(folder)
    first, second = ask(agent, begin()), ask(agent, begin())
    assert second.text == first.text
    assert second.usage
    assert second.usage.input_tokens == second.usage.cached_tokens + 1


def test_finish_frees_the_cache_of_that_session_alone(folder: Path) -> None:
    agent = make(folder)
    for session in ("a", "b"):
        ask(agent, begin(), session=session)
    asyncio.run(agent.finish("a"))
    asyncio.run(agent.finish("never seen"))
    freed, kept = ask(agent, begin(), session="a"), ask(agent, begin(), session="b")
    assert freed.usage
    assert kept.usage
    assert freed.usage.cached_tokens == 0
    assert kept.usage.cached_tokens > 0


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_replies_do_not_depend_on_what_else_is_played(folder: Path, temperature: float) -> None:
    agent = make(folder, temperature=temperature)
    alone = [conversation(agent, session=f"alone {seed}", seed=seed) for seed in range(3)]

    async def turn_by_turn() -> list[list[Reply]]:
        chats, replies = [begin() for _ in range(3)], [[] for _ in range(3)]
        for number, answer in enumerate(
            ("less", "greater", "the number is less", "", "greater", "")
        ):
            said = await asyncio.gather(
                *(agent.reply(chats[i], context(f"side {i}", i, number)) for i in (2, 0, 1))
            )
            for i, reply in zip((2, 0, 1), said, strict=True):
                replies[i].append(reply)
                chats[i] = follow(chats[i], reply.text, answer)
        return replies

    assert asyncio.run(turn_by_turn()) == alone
    texts = [[reply.text for reply in each] for each in alone]
    assert (texts[0] == texts[1]) is (temperature == 0)


def test_sampling_follows_the_agents_seed_and_leaves_the_global_stream_alone(folder: Path) -> None:
    before = torch.random.get_rng_state()
    texts = {
        seed: [ask(make(folder, temperature=1, seed=seed), begin()).text for _ in range(2)]
        for seed in (0, 1)
    }
    assert texts[0][0] == texts[0][1] != texts[1][0]
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_nucleus_is_the_smallest_set_that_holds_top_p() -> None:
    from latentgym_core.agents.weights.generation import next_token

    logits = torch.tensor([0.2, 0.5, 0.3]).log()
    generator = torch.Generator().manual_seed(0)

    def drawn(top_p: float, temperature: float = 1) -> set[int]:
        return {next_token(logits, temperature, top_p, generator) for _ in range(200)}

    assert drawn(0.49) == {1}
    assert drawn(0.6) == {1, 2}
    assert drawn(1.0) == {0, 1, 2}
    assert drawn(1.0, temperature=0) == {1}


def test_a_conversation_that_does_not_fit_overflows(folder: Path) -> None:
    agent = make(folder)
    tokens = ask(agent, begin()).usage.input_tokens  # type: ignore[union-attr]
    room = CONTEXT_LENGTH - tokens
    ask(make(folder, max_new_tokens=room), begin())
    with pytest.raises(
        ContextOverflowError, match=f"{tokens} tokens.*{room + 1}.*{CONTEXT_LENGTH}"
    ):
        ask(make(folder, max_new_tokens=room + 1), begin())


def test_a_failure_is_an_agent_error_and_its_cache_is_dropped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = make(folder)
    ask(agent, begin())
    assert agent._loaded
    whole = agent._loaded.model.model.layers[1].forward
    monkeypatch.setattr(agent._loaded.model.model.layers[1], "forward", lambda *_, **__: 1 // 0)
    with pytest.raises(AgentError, match="local/tiny failed: ZeroDivisionError"):
        ask(agent, follow(begin(), "5", "less"))
    monkeypatch.setattr(agent._loaded.model.model.layers[1], "forward", whole)
    again = ask(agent, follow(begin(), "5", "less"))
    assert again.usage
    assert again.usage.cached_tokens == 0


def test_a_folder_without_a_chat_template_is_an_agent_error(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    config = tmp_path / "tokenizer_config.json"
    config.write_text(config.read_text().replace('"chat_template"', '"none"'))
    with pytest.raises(AgentError, match="template"):
        ask(make(tmp_path), begin())


def test_dtype_and_device_are_what_was_asked_for(folder: Path) -> None:
    for dtype, expected in (("auto", torch.float32), ("bfloat16", torch.bfloat16)):
        agent = make(folder, dtype=dtype, device="cpu")
        ask(agent, begin())
        assert agent._loaded
        assert agent._loaded.model.dtype == expected
        assert agent._loaded.model.device.type == "cpu"
    with pytest.raises(AgentError, match="nonsense"):
        ask(make(folder, device="nonsense"), begin())


def test_close_releases_the_weights(folder: Path) -> None:
    agent = make(folder)
    ask(agent, begin())
    asyncio.run(agent.close())
    assert agent._loaded is None


def test_agents_of_one_model_load_it_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from latentgym_core.agents.agent_string import make_agents
    from latentgym_core.agents.weights import local

    loads: list[Path] = []
    load = local.load_folder

    def counted(path: Path, device: str, dtype: Any) -> Any:
        loads.append(path)
        return load(path, device, dtype)

    monkeypatch.setattr(local, "load_folder", counted)
    names = [f"local/{folder}?max_new_tokens=4{more}" for more in ("", "&seed=1", "&dtype=float64")]
    first, second, other = (cast("LocalAgent", each) for each in make_agents(names, ()).values())
    try:
        alone = ask(make(folder, max_new_tokens=4, seed=1), begin()).text
        loads.clear()
        assert [ask(first, begin()).text, ask(second, begin()).text][1] == alone
        assert len(loads) == 1
        ask(other, begin())
        assert len(loads) == 2
    finally:
        for each in (first, second, other):
            asyncio.run(each.close())


def test_different_models_are_loaded_one_at_a_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading
    import time

    from latentgym_core.agents.weights import local

    load, loading, together = local.load_folder, threading.Semaphore(1), []

    def alone(*given: Any) -> Any:
        together.append(not loading.acquire(blocking=False))
        time.sleep(0.05)  # the others wait meanwhile
        loading.release()
        return load(*given)

    monkeypatch.setattr(local, "load_folder", alone)
    agents = [make(folder, max_new_tokens=2, seed=seed) for seed in range(3)]

    async def ask_all() -> None:
        await asyncio.gather(*(agent.reply(begin(), context()) for agent in agents))
        await asyncio.gather(*(agent.close() for agent in agents))

    asyncio.run(ask_all())
    assert together == [False] * 3
