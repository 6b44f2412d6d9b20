"""Out of distribution means never trained on: checked before anything is trained."""

from collections.abc import Iterable

from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_train.config.config import DataConfig


def check_novel(data: DataConfig, trained: Iterable[str], registry: Registry) -> None:
    """Check that what is called out of distribution is not trained on.

    Args:
        data: Names environments out of distribution.
        trained: Ids of the environments that are trained on.
        registry: Completes ids.

    Raises:
        SpecError: A latent of `ood_latents`, or a core env of `ood_envs`, is trained on.
    """
    known = [registry.complete(each) for each in trained]
    latents = {each.latent for each in known}
    core_envs = {name for each in known for name in each.core_envs}
    for env_id in _completed(data.ood_latents, registry):
        if env_id.latent in latents:
            raise SpecError(
                f"data.ood_latents names {env_id}, but the latent {env_id.latent} is trained on; "
                f"take another latent, or name the environment in data.evaluation."
            )
    for env_id in _completed(data.ood_envs, registry):
        if shared := core_envs.intersection(env_id.core_envs):
            raise SpecError(
                f"data.ood_envs names {env_id}, but the core env {', '.join(sorted(shared))} is "
                f"trained on; take another core env, or name the environment in data.ood_latents."
            )


def _completed(env_ids: Iterable[str], registry: Registry) -> list[EnvId]:
    return [registry.complete(each) for each in env_ids]
