"""The contract kit, for `latentgym check` and for plugin authors' own tests."""

from latentgym_core.testing.kit import check_core_env
from latentgym_core.testing.result import CheckResult

__all__ = ["CheckResult", "check_core_env"]
