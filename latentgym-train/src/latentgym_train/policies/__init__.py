"""Where a policy's weights and tokenizer come from."""
