"""The whole site in one HTML file that works from a disk, with no server at all.

Modules become `data:` addresses that an import map names; data become inert script elements, most
of them compressed. Nothing in them can end its element or be run: JSON has no `<`, the rest is
base64, and the security policy names every script by its hash.
"""

import base64
import gzip
import hashlib
import json
import posixpath
import re

from latentgym_viz.explorer.site import CHART_LIBRARY, INDEX, PAGE, STATE, Site

MAIN = "js/main.js"
PLAIN = (INDEX, STATE)
"""Data that the first paint waits for; the rest is compressed."""
STYLE_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
MAIN_SCRIPT = f'<script type="module" src="{MAIN}"></script>'
PRELOAD_LINK = re.compile(r'<link rel="(?:module)?preload"[^>]*>\n?')
POLICY = re.compile(r"script-src [^;\"]*")
RELATIVE_IMPORT = re.compile(r'(\bfrom |\bimport )"(\.{1,2}/[^"]+)"')


def single_file(site: Site) -> bytes:
    """The page with everything in it."""
    contents = {path: _body(site, path) for path in site.paths()}
    page = contents.pop(PAGE).decode()
    imports = json.dumps({"imports": _modules(contents)})
    start = f'import "{MAIN}";'
    library = contents.pop(CHART_LIBRARY).decode().replace("</script", "<\\/script")
    data = [_element(path, body) for path, body in contents.items() if path.startswith("data/")]
    scripts = (
        *data,
        f'<script type="text/plain" id="{CHART_LIBRARY}">{library}</script>',
        f'<script type="importmap">{imports}</script>',
        f'<script type="module">{start}</script>',
    )
    allowed = " ".join(_hash(each) for each in (imports, start, library))
    page = POLICY.sub(lambda _: f"script-src data: {allowed}", page)
    page = PRELOAD_LINK.sub("", page)
    page = STYLE_LINK.sub(lambda link: f"<style>{contents[link[1]].decode()}</style>", page)
    return page.replace(MAIN_SCRIPT, "\n".join(scripts)).encode()


def _body(site: Site, path: str) -> bytes:
    content = site.content(path)
    return content.body if content else b"null"  # a sequence that has just gone


def _modules(contents: dict[str, bytes]) -> dict[str, str]:
    return {
        path: "data:text/javascript;base64," + _base64(_with_absolute_imports(path, body.decode()))
        for path, body in contents.items()
        if path.endswith(".js") and path != CHART_LIBRARY
    }


def _with_absolute_imports(path: str, code: str) -> bytes:
    """A `data:` address is no place to start a relative path from."""

    def absolute(found: re.Match[str]) -> str:
        return (
            f'{found[1]}"{posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))}"'
        )

    return RELATIVE_IMPORT.sub(absolute, code).encode()


def _element(path: str, body: bytes) -> str:
    if path in PLAIN:
        return f'<script type="application/json" id="{path}">{_without_tags(body)}</script>'
    packed = _base64(gzip.compress(body, mtime=0))
    return f'<script type="application/gzip" id="{path}">{packed}</script>'


def _without_tags(body: bytes) -> str:
    return body.decode().replace("<", "\\u003c")


def _base64(body: bytes) -> str:
    return base64.b64encode(body).decode()


def _hash(script: str) -> str:
    return f"'sha256-{_base64(hashlib.sha256(script.encode()).digest())}'"
