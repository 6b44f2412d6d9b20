"""The site as a mapping from paths to contents: one definition to serve, to export, to embed."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from threading import Lock
from typing import Any

from attrs import frozen

from latentgym_core.registry.registry import Registry
from latentgym_viz.explorer.findings import build_findings
from latentgym_viz.explorer.following.followed_runs import Library, Snapshot
from latentgym_viz.explorer.gallery import build_gallery
from latentgym_viz.explorer.hand_offs import build_hand_offs
from latentgym_viz.explorer.index import build_index
from latentgym_viz.explorer.overview import build_charts
from latentgym_viz.explorer.sequences import sequence_data
from latentgym_viz.explorer.tables import build_tables

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
PAGE = "index.html"
CHART_LIBRARY = "vega.js"
INDEX = "data/index.json"
STATE = "data/state.json"
PRELOAD = b"<!-- preload -->"
SEQUENCES = "data/sequences/"


@frozen
class Content:
    """What lies at a path."""

    body: bytes
    media_type: str


class Site:
    """Every file of the site; those made from the runs are as new as the runs.

    Args:
        library: The runs.
        registry: What the gallery shows.
        is_served: Whether the site can change under a reader, who then asks again.
    """

    def __init__(self, library: Library, registry: Registry, *, is_served: bool) -> None:
        self._library = library
        self._registry = registry
        self._is_served = is_served
        self._made: dict[str, tuple[int, bytes]] = {}
        self._locks = {path: Lock() for path in self._makers}

    def content(self, path: str) -> Content | None:
        """What lies at a path of this site, which is no path of any disk; None: nothing does."""
        body = self._body(path)
        if body is None:
            return None
        return Content(body, MEDIA_TYPES[path.rpartition(".")[2]])

    def paths(self) -> Iterator[str]:
        """Every path that has content now."""
        yield from self._static
        yield CHART_LIBRARY
        yield STATE
        yield from self._makers
        for entry in self._library.refresh().entries:
            yield f"{SEQUENCES}{entry.key}.json"

    def _body(self, path: str) -> bytes | None:
        if path in self._static:
            return self._static[path]
        if path == CHART_LIBRARY:
            return self._chart_library
        if path == STATE:
            return self._state()
        if path in self._makers:
            return self._make(path)
        if path.startswith(SEQUENCES) and path.endswith(".json"):
            return self._sequence(path.removeprefix(SEQUENCES).removesuffix(".json"))
        return None

    def _state(self) -> bytes:
        snapshot = self._library.refresh()
        is_live = self._is_served and any(run.is_live for run in snapshot.runs)
        return _json({"version": snapshot.version, "live": is_live})

    def _make(self, path: str) -> bytes:
        """Made once for each version of the library."""
        with self._locks[path]:
            snapshot = self._library.refresh()
            version, body = self._made.get(path, (0, b""))
            if version != snapshot.version:
                body = _json(self._makers[path](snapshot))
                self._made[path] = (snapshot.version, body)
            return body

    def _sequence(self, key: str) -> bytes | None:
        play = self._library.read(key)
        return None if play is None else _json(sequence_data(play))

    @cached_property
    def _makers(self) -> dict[str, Callable[[Snapshot], Any]]:
        return {
            INDEX: build_index,
            "data/findings.json": build_findings,
            "data/charts.json": lambda _: build_charts(self._library.runs),
            "data/handoffs.json": lambda _: build_hand_offs(self._library.runs),
            "data/tables.json": lambda _: build_tables(self._library.runs),
            "data/gallery.json": lambda _: self._gallery,
        }

    @cached_property
    def _gallery(self) -> dict[str, Any]:
        return build_gallery(self._registry)

    @cached_property
    def _static(self) -> dict[str, bytes]:
        files = dict(_files(resources.files("latentgym_viz") / "site", ""))
        return {**files, PAGE: files[PAGE].replace(PRELOAD, "\n".join(_preloads(files)).encode())}

    @cached_property
    def _chart_library(self) -> bytes:
        from vl_convert import javascript_bundle

        bundle: str = javascript_bundle("window.vegaEmbed = vegaEmbed;")
        return bundle.encode()


def _preloads(paths: Iterable[str]) -> Iterator[str]:
    """Links that fetch every module at once instead of one import after the other."""
    yield f'<link rel="preload" href="{INDEX}" as="fetch" crossorigin>'
    for path in paths:
        if path.endswith(".js"):
            yield f'<link rel="modulepreload" href="{path}">'


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _files(each, f"{prefix}{each.name}/")
        elif each.name.rpartition(".")[2] in MEDIA_TYPES:
            yield prefix + each.name, each.read_bytes()


def _json(data: Any) -> bytes:
    # A lone surrogate is no UTF-8; as \udXXX inside a JSON string it reads back whole.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "backslashreplace")
