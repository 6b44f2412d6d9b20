"""The server: this machine alone, GET alone, never out of the run folder, whatever a run does."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from latentgym_core.errors import LatentGymError
from latentgym_core.records.jsonl import TRAJECTORIES
from latentgym_core.runs.folder import SUMMARY
from latentgym_viz.cli.view_command import command
from latentgym_viz.explorer.server import SiteServer

SECRET = "the secret of another folder"


@pytest.fixture(scope="module")
def server(scripted_run, viz):
    with viz.serving(viz.make_site(scripted_run)) as server:
        yield server


def ask(server, path, method="GET", host=None):
    """Status, headers and body; the path goes out as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def ask_json(server, path):
    status, _, body = ask(server, path)
    assert status == 200
    return json.loads(body)


def keys(server):
    return ask_json(server, "/data/index.json")["columns"]["key"]


def problems(server):
    (run,) = ask_json(server, "/data/index.json")["runs"]
    return run["problems"]


# ---- who may ask what


def test_it_binds_loopback_alone(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/"
    own = socket.gethostbyname(socket.gethostname())
    if not own.startswith("127."):
        with (
            pytest.raises((ConnectionError, TimeoutError)),
            socket.create_connection((own, server.server_port), 2),
        ):
            pass


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_it_answers_get_alone(server, method):
    status, headers, _ = ask(server, "/data/index.json", method)
    assert status == 405
    assert headers["Allow"] == "GET"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_page_that_borrows_the_address_is_refused(server, host):
    assert ask(server, "/data/index.json", host=host or "0.0.0.0")[0] == 403
    assert ask(server, "/", host=f"localhost:{server.server_port}")[0] == 200


def test_answers_cannot_be_framed_sniffed_or_read_by_others(server):
    _, headers, body = ask(server, "/")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert b"default-src 'none'; script-src 'self'" in body


def test_a_port_that_is_taken_is_one_sentence(server):
    with pytest.raises(LatentGymError, match=r"Port \d+ cannot be had .*--port 0"):
        SiteServer(server.site, server.server_port)


# ---- where it may go


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%252fsecret.txt",
        "/data/../../secret.txt",
        "/data/sequences/../../../secret.txt",
        "/data/sequences/..%2f..%2fsecret.json",
        "/data/sequences/%00.json",
        "//etc/passwd",
        "/etc/passwd",
        "/js/../../plugin.py",
        "/js/..\\..\\plugin.py",
        "/plugin.py",
        "/config.toml",
        "/trajectories.jsonl",
        "/data/sequences/.json",
        "/data/sequences/0000000000.json",
        "/js",
        "/js/",
    ],
)
def test_no_path_leaves_the_site(server, scripted_run, path):
    (scripted_run.parent / "secret.txt").write_text(SECRET)
    status, _, body = ask(server, path)
    assert status == 404
    assert body == b"Not Found\n"


def test_a_link_out_of_the_run_folder_is_not_followed(tmp_path, scripted_run, viz):
    run = tmp_path / "run"
    run.mkdir()
    (run / TRAJECTORIES).symlink_to(scripted_run / TRAJECTORIES)
    outside = tmp_path / "inference.jsonl"
    outside.write_text(SECRET)
    (run / "inference.jsonl").symlink_to(outside)
    with viz.serving(viz.make_site(run)) as server:
        assert keys(server) == []
        told = " ".join(problems(server))
        assert "trajectories.jsonl is a link that leads out of its folder" in told
        assert SECRET not in json.dumps(ask_json(server, "/data/index.json"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, so not Windows")
def test_a_pipe_in_the_place_of_the_file_does_not_hang(tmp_path, viz):
    os.mkfifo(tmp_path / TRAJECTORIES)
    with viz.serving(viz.make_site(tmp_path)) as server:
        assert problems(server) == ["trajectories.jsonl is no file."]


def test_everything_a_page_names_is_there(server):
    _, _, page = ask(server, "/")
    for part in page.decode().split('"')[1::2]:
        if part.endswith((".css", ".js")):
            assert ask(server, f"/{part}")[0] == 200, part
    for path in server.site.paths():
        if path.endswith(".js") and path.startswith("js/"):
            status, headers, _ = ask(server, f"/{path}")
            assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")


# ---- a run that is being written


def test_a_growing_run_is_followed(growing_run, viz):
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        state = ask_json(server, "/data/state.json")
        assert state["live"] is True
        first = keys(server)
        assert len(first) == 1
        growing_run()
        grown = keys(server)
        assert grown[0] == first[0]
        assert len(grown) == 2
        assert ask_json(server, "/data/state.json")["version"] > state["version"]
        assert ask_json(server, f"/data/sequences/{grown[1]}.json")["trajectory"]["turns"]
        growing_run.finish()
        index = ask_json(server, "/data/index.json")
        assert len(index["columns"]["key"]) == index["runs"][0]["planned"] == 8
        assert ask_json(server, "/data/state.json")["live"] is False


def test_a_torn_line_waits_for_its_rest(growing_run, viz):
    line = growing_run.lines[1]
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        for part in (line[:100], line[100:-1]):
            assert len(keys(server)) == 1
            growing_run(part)
        assert len(keys(server)) == 2, "whole, though its newline is still missing"
        growing_run(b"\n")
        growing_run(growing_run.lines[2])
        assert len(keys(server)) == 3
        assert problems(server) == []


def test_a_damaged_line_costs_itself_alone(growing_run, viz):
    growing_run(b'{"schema_version": 1, "env_id": \n')
    growing_run(b'{"schema_version": 99}\n')
    growing_run(b"[1, 2]\n\xff\xfe\n")
    growing_run(b"[" * 100_000 + b"\n")
    growing_run(b'{"schema_version": 1, "turns": 5}\n')
    growing_run()
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        assert len(keys(server)) == 2
        told = problems(server)
        assert [text.split(":")[0] for text in told] == [
            f"{TRAJECTORIES} line {number}" for number in range(2, 8)
        ]
        assert "schema 99" in told[1]


@pytest.mark.parametrize("order", [(7, 6, 5, 4, 3, 2, 1, 0), (1, 0, 2), (0,)])
def test_a_replaced_file_is_read_again(growing_run, viz, order):
    file = growing_run.folder / TRAJECTORIES
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        growing_run()
        growing_run()
        before = dict(zip(keys(server), growing_run.lines, strict=False))
        draft = file.with_suffix(".draft")
        draft.write_bytes(b"".join(growing_run.lines[i] for i in order))
        draft.replace(file)
        after = dict(zip(keys(server), (growing_run.lines[i] for i in order), strict=True))
        assert all(after.get(key, line) == line for key, line in before.items()), "links stay good"
        for key, line in after.items():
            found = ask_json(server, f"/data/sequences/{key}.json")["trajectory"]
            assert found["turns"][0]["reply"] == json.loads(line)["turns"][0]["reply"]
            assert found["seed"] == json.loads(line)["seed"]


def test_a_run_that_vanishes_keeps_its_table(growing_run, viz):
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        (key,) = keys(server)
        (growing_run.folder / TRAJECTORIES).unlink()
        assert keys(server) == [key]
        assert ask(server, f"/data/sequences/{key}.json")[0] == 404
        (growing_run.folder / TRAJECTORIES).write_bytes(growing_run.lines[0])
        assert ask(server, f"/data/sequences/{key}.json")[0] == 200


def test_many_readers_at_once_see_whole_answers(growing_run, viz):
    with viz.serving(viz.make_site(growing_run.folder)) as server:
        seen, errors = [], []

        def read():
            try:
                seen.extend(len(keys(server)) for _ in range(10))
            except Exception as error:
                errors.append(error)

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for _ in range(7):
            growing_run()
        for reader in readers:
            reader.join()
        assert errors == []
        assert set(seen) <= set(range(1, 9))
        assert (growing_run.folder / SUMMARY).exists() is False
        assert len(keys(server)) == 8


# ---- the command


def test_the_command_serves_until_it_is_interrupted(scripted_run):
    code = "from latentgym_core.cli import main; main()"
    words = [sys.executable, "-c", code, "view", str(scripted_run), "--port", "0", "--no-browser"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as run:
        url = run.stdout.readline().strip()
        with urlopen(f"{url}data/index.json") as answer:
            assert len(json.load(answer)["columns"]["key"]) == 8
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=30)
    assert url.startswith("http://127.0.0.1:")
    assert told.splitlines() == ["Ctrl-C ends it.", "interrupted"]
    assert run.returncode == 130


def test_a_taken_usual_port_is_no_obstacle(scripted_run, viz, monkeypatch):
    from latentgym_viz.cli import view_command
    from latentgym_viz.explorer import server as module

    with viz.serving(viz.make_site(scripted_run)) as first:
        monkeypatch.setattr(module, "DEFAULT_PORT", first.server_port)
        with view_command._server(first.site, None) as second:
            assert second.server_port != first.server_port


def test_the_command_prints_transcripts_in_a_pipe(scripted_run, viz):
    from latentgym_core.records.jsonl import read_trajectories

    printed = viz.invoke("view", scripted_run, "--terminal").output
    for trajectory in read_trajectories(scripted_run):
        assert trajectory.turns[0].reply in printed
        assert trajectory.agent in printed


def test_terminal_and_export_exclude_each_other(scripted_run):
    result = CliRunner().invoke(command, [str(scripted_run), "--terminal", "--export", "x.html"])
    assert result.exit_code == 2
    assert "choose one" in result.output
