"""The parameters that agent strings of model servers take."""

import json
from collections.abc import Mapping
from typing import Any

import attrs
from attrs import field, frozen
from attrs.validators import optional

from latentgym_core.contract.validators import fraction, number, whole_number
from latentgym_core.errors import SpecError
from latentgym_core.registry.parameters import Scalar, check_names


def _text(_: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, str):
        raise SpecError(f'{attribute.name}={value!r} must be text; write {attribute.name}="…".')


def _json_object(_: object, attribute: Any, value: str) -> None:
    try:
        read = json.loads(value)
    except (TypeError, ValueError):
        read = None
    if not isinstance(read, dict):
        raise SpecError(
            f"{attribute.name}={value!r} must be a JSON object, as in extra_body="
            '{"top_k":20}; write %26 for & and %3D for =.'
        )


@frozen(kw_only=True)
class ChatParameters:
    """What may follow the question mark in `openai/MODEL?…` and its like.

    What is None is not sent, so that the server's own default holds.

    Attributes:
        temperature: From 0.
        top_p: From 0 to 1.
        max_tokens: Limit of output tokens per reply, reasoning included.
        seed: Sent with every request, for servers that sample by it.
        reasoning_effort: `low`, `medium`, `high`, or what else the model knows.
        stop: Text that ends a reply.
        extra_body: A JSON object; its fields are added to every request and win over the others.
        timeout: Seconds for one call.
        attempts: Calls per reply, the first included.
        backoff: Upper end of the first wait between attempts in seconds; it doubles each time.
        concurrency: Most calls at once; None leaves it to the evaluation.
    """

    temperature: float | None = field(default=None, validator=optional(number(0)))
    top_p: float | None = field(default=None, validator=optional(fraction))
    max_tokens: int | None = field(default=None, validator=optional(whole_number(1)))
    seed: int | None = field(default=None, validator=optional(whole_number()))
    reasoning_effort: str | None = field(default=None, validator=optional(_text))
    stop: str | None = field(default=None, validator=optional(_text))
    extra_body: str = field(default="{}", validator=_json_object)
    timeout: float = field(default=120.0, validator=number(0.001))
    attempts: int = field(default=6, validator=whole_number(1))
    backoff: float = field(default=0.5, validator=number(0))
    concurrency: int | None = field(default=None, validator=optional(whole_number(1)))

    @classmethod
    def read(cls, provider: str, given: Mapping[str, Scalar]) -> "ChatParameters":
        """Check what an agent string says.

        Raises:
            SpecError: An unknown name, or a value out of its range.
        """
        check_names(provider, given, [each.name for each in attrs.fields(cls)])
        values: dict[str, Any] = dict(given)
        return cls(**values)

    def body(self, limit_name: str) -> dict[str, Any]:
        """The fields that go into every request.

        Args:
            limit_name: What the server calls the limit of output tokens.
        """
        fields = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            limit_name: self.max_tokens,
            "seed": self.seed,
            "reasoning_effort": self.reasoning_effort,
            "stop": self.stop,
        }
        sent = {name: value for name, value in fields.items() if value is not None}
        return {**sent, **json.loads(self.extra_body)}
