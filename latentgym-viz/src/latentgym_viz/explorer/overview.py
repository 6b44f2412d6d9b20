"""The charts of the overview page, from the one definition that reports use as well."""

from collections.abc import Sequence
from typing import Any

from latentgym_core.errors import LatentGymError
from latentgym_viz.explorer.following.followed_runs import FollowedRun


def build_charts(runs: Sequence[FollowedRun]) -> dict[str, Any]:
    """Finished Vega-Lite specifications by name, and a configuration for each theme.

    `problem` says why there are none.
    """
    from latentgym_viz.charts import catalog  # loads Altair, which only this page needs
    from latentgym_viz.charts.grammar.themes import THEMES, theme_config

    themes = {theme: theme_config(theme) for theme in THEMES}
    try:
        charts = catalog([each.source.path for each in runs])
    except (LatentGymError, OSError) as error:
        return {"charts": {}, "themes": themes, "problem": str(error)}
    return {"charts": charts, "themes": themes, "problem": ""}
