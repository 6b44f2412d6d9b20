"""Log-probability and entropy of tokens, and the gradient that is written out."""

import torch

from latentgym_train.learning.scoring import chosen_and_entropy


def plain(logits, tokens):
    law = torch.log_softmax(logits, dim=-1)
    return law.gather(-1, tokens[:, None])[:, 0], -(law.exp() * law).sum(-1)


def test_the_gradient_is_that_of_autograd():
    generator = torch.Generator().manual_seed(1)
    logits = 3 * torch.randn(5, 7, generator=generator, dtype=torch.float64)
    logits.requires_grad_(True)
    tokens = torch.tensor([0, 6, 3, 3, 1])
    for made, expected in zip(
        chosen_and_entropy(logits, tokens), plain(logits, tokens), strict=True
    ):
        torch.testing.assert_close(made, expected)
    assert torch.autograd.gradcheck(lambda given: chosen_and_entropy(given, tokens), logits)


def test_no_tokens_have_no_law():
    logits = torch.zeros(0, 7, requires_grad=True)
    chosen, entropy = chosen_and_entropy(logits, torch.zeros(0, dtype=torch.long))
    (chosen.sum() + entropy.sum()).backward()
    assert chosen.shape == entropy.shape == (0,)
    assert logits.grad.shape == (0, 7)
