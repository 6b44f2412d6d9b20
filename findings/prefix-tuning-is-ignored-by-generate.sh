#!/usr/bin/env bash
# Packages: torch 2.13.0, transformers 5.24.0, peft 0.21.2.
#
# A prefix that PEFT trained is a cache of attention states, which PEFT's generate() hands to the model
# as `past_key_values`. Transformers 5.24 renamed that argument to `cache`, and its own generate() sets
# `cache` as well. The model then takes `cache` and drops the other with a warning.
#
# Expected: the first token that generate() chooses is the most likely one of the forward pass with the prefix.
# Seen: it is the one of the base model. The prefix works in the forward pass, hence in training and in
# a loss, and does nothing in generation. A policy trained so is evaluated as if it had not been trained.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 transformers==5.24.0 peft==0.21.2
cd "$folder"
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings

import peft
import torch
import transformers
from peft import PrefixTuningConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

warnings.simplefilter("ignore")
print("transformers", transformers.__version__, "peft", peft.__version__)
sizes = dict(vocab_size=64, hidden_size=32, intermediate_size=64, num_hidden_layers=2)
ignored = 0
for seed in range(10):
    torch.manual_seed(seed)
    base = LlamaForCausalLM(
        LlamaConfig(**sizes, num_attention_heads=4, num_key_value_heads=4, initializer_range=0.5)
    ).eval()
    prompt = torch.randint(1, 64, (1, 6))
    with torch.no_grad():
        without = base(prompt).logits[0, -1].argmax().item()
        tuned = get_peft_model(base, PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8))
        torch.nn.init.normal_(tuned.prompt_encoder["default"].embedding.weight, std=3.0)
        tuned.eval()
        expected = tuned(prompt).logits[0, -1].argmax().item()
        written = tuned.generate(
            input_ids=prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=1,
            do_sample=False, pad_token_id=0,
        )[0, -1].item()
    print(f"model {seed}: base {without}, forward with prefix {expected}, generate() {written}")
    ignored += without != expected and written == without
print(f"generate() ignored the prefix in {ignored} of 10 models")
sys.exit(0 if ignored >= 5 else 1)
PYTHON
