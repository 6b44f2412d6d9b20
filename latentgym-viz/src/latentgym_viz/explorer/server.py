"""Serve the site on loopback: GET only, to this machine only, from memory and run folders only."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from latentgym_core.errors import LatentGymError
from latentgym_viz.explorer.site import PAGE, Content, Site

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 7865
IDLE_SECONDS = 30
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SiteServer(ThreadingHTTPServer):
    """A server of one site.

    Args:
        site: What is served.
        port: 0 for any that is free.

    Raises:
        LatentGymError: The port is taken.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        try:
            super().__init__((LOOPBACK, port), SiteHandler)
        except OSError as error:
            raise LatentGymError(
                f"Port {port} cannot be had ({error.strerror}); --port 0 takes any that is free."
            ) from error

    @property
    def url(self) -> str:
        """Where the site is."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a request may call this server.

        Any other name is that of a web page which had its own name point at this machine in
        order to read what is served here.
        """
        return (f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}")


class SiteHandler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: SiteServer
    protocol_version = "HTTP/1.1"
    server_version = "LatentGym"
    sys_version = ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together: apart, the second waits for the first's receipt

    def do_GET(self) -> None:
        """Send what lies at a path of the site."""
        if self.headers.get("Host") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        content = self.server.site.content(path or PAGE)
        if content is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, content)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Refuse every method but GET."""
        if name.startswith("do_"):
            return partial(self._refuse, HTTPStatus.METHOD_NOT_ALLOWED)
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the terminal quiet."""

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True  # an unread body must not be taken for the next request
        self._send(status, Content(f"{status.phrase}\n".encode(), "text/plain"))

    def _send(self, status: HTTPStatus, content: Content) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.send_header("Content-Type", content.media_type)
        self.send_header("Content-Length", str(len(content.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content.body)
