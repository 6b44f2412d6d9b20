"""Log-probability and entropy of sampled tokens, with a gradient that is written out.

A row of logits is as long as the vocabulary, so that further tensors of their shape cost time, and
memory where the vocabulary is large. Autograd would keep more of them.
"""

from typing import Any

import torch


def chosen_and_entropy(
    logits: torch.Tensor, tokens: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """What a policy says of tokens, and how sure it is.

    With l = log softmax(logits), p = exp(l) and H = -sum p l, the gradients are
    d l_token / d logits = onehot(token) - p and d H / d logits = -p (l + H).

    Args:
        logits: Shape [n, V], float.
        tokens: Token ids, shape [n].

    Returns:
        Log-probability of each token and entropy of each law in nats, shape [n] each.
    """
    log_probs, entropy = _TokenLaw.apply(logits, tokens)  # type: ignore[no-untyped-call]
    return log_probs, entropy


class _TokenLaw(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, logits: torch.Tensor, tokens: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        law = torch.log_softmax(logits, dim=-1)
        probs = law.exp()
        entropy = -torch.linalg.vecdot(probs, law)
        ctx.save_for_backward(law, probs, entropy, tokens)
        return law.gather(-1, tokens[:, None]).squeeze(-1), entropy

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(
        ctx: Any, of_chosen: torch.Tensor, of_entropy: torch.Tensor
    ) -> tuple[torch.Tensor, None]:
        law, probs, entropy, tokens = ctx.saved_tensors
        gradient = law + entropy[:, None]
        gradient.mul_(-of_entropy[:, None]).sub_(of_chosen[:, None]).mul_(probs)
        return gradient.scatter_add_(1, tokens[:, None], of_chosen[:, None]), None
