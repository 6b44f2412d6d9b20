"""The TRL adapter: two GRPO steps on a CPU, and what goes into them."""

import os

import pytest

pytest.importorskip("trl", reason="needs TRL, which has a session of its own: `nox -s trl`")
pytestmark = pytest.mark.filterwarnings("default")  # TRL's and its libraries' are not ours

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import torch  # noqa: E402
from attrs import frozen  # noqa: E402
from handbook.pages import blocks  # noqa: E402

from latentgym_core.errors import SpecError  # noqa: E402
from latentgym_core.registry.registry import load_registry  # noqa: E402
from latentgym_core.sequence.environment import build_environment  # noqa: E402
from latentgym_core.sequence.sequence_env import SequenceEnv  # noqa: E402
from latentgym_train.adapters.trl import rollout_func, sequence_reward, trl_rows  # noqa: E402
from latentgym_train.policies.phrase_tokenizer import train_tokenizer  # noqa: E402
from latentgym_train.policies.tiny import tiny_model  # noqa: E402

ENV_ID = "number_guessing/set_of_2/no_info/information/ep2?env.max_turns=2&latent.high=8"
NUM_GENERATIONS = 4


@pytest.fixture(scope="module")
def tokenizer():
    registry = load_registry()
    env = SequenceEnv(build_environment(registry.complete(ENV_ID), registry))
    texts = []
    for seed in range(8):
        env.reset(seed)
        while not env.done:
            env.step("[4]")
        texts += [message["content"] for message in env.messages]
    return train_tokenizer(texts, 400)


def small_model(tokenizer):
    return tiny_model(tokenizer, hidden_size=32, num_layers=2, num_heads=2, context=512, seed=0)


@frozen
class StandInAccelerator:
    device: str = "cpu"
    process_index: int = 0

    def unwrap_model(self, model):
        return model


@frozen
class StandInState:
    global_step: int = 0


@frozen
class StandInArgs:
    temperature: float = 1.0
    seed: int = 0


@frozen(kw_only=True)
class StandInTrainer:
    """As much of a trainer as a rollout function reads."""

    model: object
    processing_class: object
    accelerator: StandInAccelerator = StandInAccelerator()
    state: StandInState = StandInState()
    args: StandInArgs = StandInArgs()


def test_a_rollout_gives_tokens_and_rewards_of_true_sequences(tokenizer):
    model = small_model(tokenizer).train()
    trainer = StandInTrainer(model=model, processing_class=tokenizer)
    prompts = [row["prompt"] for row in trl_rows(ENV_ID, 2) for _ in range(2)]
    rollout = rollout_func(max_new_tokens=4)
    fields = rollout(prompts, trainer)
    assert model.training  # evaluation mode would send TRL's metrics elsewhere
    assert fields == rollout(prompts, trainer)  # a pure function of seed and step
    registry = load_registry()
    environment = build_environment(registry.complete(ENV_ID), registry)
    for number, (prompt, completion, mask, logs) in enumerate(
        zip(
            *(fields[k] for k in ("prompt_ids", "completion_ids", "env_mask", "logprobs")),
            strict=True,
        )
    ):
        assert len(completion) == len(mask) == len(logs)
        env = SequenceEnv(environment)
        opening = env.reset(number // 2, "train")
        assert opening[-1]["content"] in tokenizer.decode(prompt)
        replies, reply = [], []
        for token, written in zip([*completion, 0], [*mask, 0], strict=True):
            if written:
                reply.append(token)
            elif reply:
                replies.append(tokenizer.decode(reply, skip_special_tokens=True))
                reply = []
        for text in replies:
            env.step(text)
        assert env.done
        assert fields["task_rewards"][number] == list(env.rewards)
        assert fields["cumulative_reward"][number] == pytest.approx(sum(env.rewards))
        assert all(log < 0 for log, written in zip(logs, mask, strict=True) if written)
        assert all(log == 0 for log, written in zip(logs, mask, strict=True) if not written)


def test_two_steps_of_grpo(tokenizer, tmp_path):
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    model = small_model(tokenizer)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    args = GRPOConfig(
        output_dir=str(tmp_path),
        use_cpu=True,
        bf16=False,
        per_device_train_batch_size=8,
        num_generations=NUM_GENERATIONS,
        max_completion_length=256,
        max_steps=2,
        learning_rate=1e-3,
        beta=0.0,
        report_to=[],
        save_strategy="no",
        logging_steps=1,
    )
    trainer = GRPOTrainer(
        model,
        [sequence_reward],
        args=args,
        train_dataset=Dataset.from_list(trl_rows(ENV_ID, 16)),
        processing_class=tokenizer,
        rollout_func=rollout_func(max_new_tokens=4),
    )
    trainer.train()
    history = [each for each in trainer.state.log_history if "reward" in each]
    assert [each["step"] for each in history] == [1, 2]
    assert all(0 <= each["reward"] <= 2 for each in history)
    pairs = zip(before, model.parameters(), strict=True)
    assert any(not torch.equal(old, new) for old, new in pairs)


def test_a_prompt_without_a_sequence_is_refused_in_words(tokenizer):
    trainer = StandInTrainer(model=small_model(tokenizer), processing_class=tokenizer)
    with pytest.raises(SpecError, match="make the rows with trl_rows"):
        rollout_func()([[{"role": "user", "content": "Hello."}]], trainer)


def test_the_block_of_the_page_trains(tokenizer, tmp_path, monkeypatch):
    (text,) = [each.text for each in blocks("docs/training.md") if "GRPOTrainer" in each.text]
    small = {
        '"number_guessing/set_of_2/some_info/standard/ep4", 64': f'"{ENV_ID}", 8',
        "num_generations=8": "num_generations=8, max_steps=1, use_cpu=True, bf16=False, "
        'max_completion_length=256, report_to=[], save_strategy="no"',
        "rollout_func()": "rollout_func(max_new_tokens=4)",
    }
    for shown, smaller in small.items():
        assert text.count(shown) == 1
        text = text.replace(shown, smaller)
    monkeypatch.chdir(tmp_path)
    page = {"model": small_model(tokenizer), "tokenizer": tokenizer}
    exec(text, page)
    assert page["trainer"].state.global_step == 1
