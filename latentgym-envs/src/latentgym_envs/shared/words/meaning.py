"""Family `shared_category`: words of one field of meaning."""

from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.categories import Category
from latentgym_envs.shared.words.word_latent import SharedWords
from latentgym_envs.words.properties import WordProperty


@frozen(kw_only=True)
class SharedCategory(SharedWords):
    """z is one of the categories of hangman; a game takes those of their words it can play."""

    family: ClassVar[str] = "shared_category"
    choices: ClassVar[tuple[str, ...]] = Category.choices
    rule: ClassVar[WordProperty] = Category.rule
    theme: ClassVar[str] = "belongs to the same field of meaning"
