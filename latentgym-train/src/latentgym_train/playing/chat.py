"""Tokens of a conversation, block by block: what is read once is never written anew."""

from typing import Any

from latentgym_core.errors import SpecError
from latentgym_core.keeping import kept

Message = dict[str, str]
REPLIES, ANSWER = ("[7]", "<think>\nOdd.\n</think>\n\n[7]"), "@@ANSWER@@"
"""Stand for replies and for what follows them, to take a chat template apart."""


class ChatFormat:
    """A chat template, taken apart into what opens a conversation and what follows a reply.

    A template that rewrites earlier turns once later ones exist cannot be trained on: the policy
    would be scored on a conversation that it never saw. Such a template is refused.

    Raises:
        SpecError: There is no template, or an earlier part of a conversation depends on a later.
    """

    def __init__(self, tokenizer: Any) -> None:
        if not getattr(tokenizer, "chat_template", None):
            raise SpecError("The policy's tokenizer has no chat template; take a chat model.")
        self.tokenizer = tokenizer
        self._before, self._after = self._take_apart()

    def opening(self, messages: tuple[Message, ...]) -> tuple[int, ...]:
        """Tokens before the first reply."""
        return self.encode(self._render(messages))

    def following(self, message: Message | None) -> tuple[int, ...]:
        """Tokens between the end of a reply and the beginning of the next; None is an empty answer.

        The first is what ends a reply; it is left out where the policy has sampled it.
        """
        return self.encode(self._before + (message["content"] if message else "") + self._after)

    @kept(100_000)
    def encode(self, text: str) -> tuple[int, ...]:
        """Tokens of a text, without those that the tokenizer would add."""
        return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    @kept(100_000)
    def decode(self, tokens: tuple[int, ...]) -> str:
        """The text of tokens, without the special ones."""
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True))

    def _render(self, messages: tuple[Message, ...]) -> str:
        template = self.tokenizer.apply_chat_template
        return str(template(list(messages), add_generation_prompt=True, tokenize=False))

    def _take_apart(self) -> tuple[str, str]:
        """What stands before and after the text of a message that answers a reply."""
        said: tuple[Message, ...] = (
            {"role": "system", "content": "Rules."},
            {"role": "user", "content": "Begin."},
        )
        parts = set()
        for reply in (*REPLIES, REPLIES[0]):
            prefix = self._render(said) + reply
            asked = (*said, {"role": "assistant", "content": reply})
            whole = self._render((*asked, {"role": "user", "content": ANSWER}))
            before, found, after = whole.removeprefix(prefix).partition(ANSWER)
            if not whole.startswith(prefix) or not found:
                raise SpecError(
                    "The policy's chat template rewrites earlier turns when later ones are added "
                    "(many drop their reasoning), so what was sampled could not be trained on; set "
                    "a template that only appends (policy.chat_template)."
                )
            parts.add((before, after))
            said = (*asked, {"role": "user", "content": "Go on."})
        if len(parts) > 1:
            raise SpecError(
                "The policy's chat template writes later turns in another way than earlier ones; "
                "set a template that writes them alike (policy.chat_template)."
            )
        return parts.pop()
