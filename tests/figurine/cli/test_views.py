"""`figurine views`, `styles` and `forget` against the loopback service: pictures, money, crashes, a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from image_service import KEY, Handler, ImageService, Received, error, hang_up, image_service, made_of
from PIL import Image
from skimage.data import astronaut

from figurine.cli import call
from figurine.drawing_record import load_drawing
from generate.drawing.prices import price_table
from generate.pictures import as_png, picture_in


@pytest.fixture(scope="module")
def running(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImageService]:
    folder = tmp_path_factory.mktemp("pictures")  # half as large as the examples, and so quicker to look at
    for path in (repository / "examples" / "cat").glob("*.png"):
        render = Image.open(path)
        render.resize((render.width // 2, render.height // 2)).save(folder / path.name)
    with image_service(folder) as service:
        yield service


@pytest.fixture
def server(running: ImageService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path) -> ImageService:
    running.script.clear()
    running.by_side.clear()
    running.received.clear()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", running.url)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(repository))
    monkeypatch.chdir(tmp_path)
    Image.open(repository / "examples/cat/front.png").resize((480, 498)).save(tmp_path / "tom.png")
    return running


def sides(server: ImageService) -> list[str]:
    return sorted(request.side for request in server.received)


DRAW = ("views", "tom.png", "--style", "clay", "--yes", "-q", "-o", "run", "--subject", "pet")
UNNAMED = DRAW[:-2]


def test_views_are_drawn_recorded_and_laid_out(server: ImageService, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([*UNNAMED, "--candidates", "2", "--note", "red collar"]) == 0
    out, err = capsys.readouterr()
    assert sides(server) == ["back", "front", "front", "left"]
    drawing = load_drawing(Path("run"))
    assert list(drawing.views) == ["front", "back", "left"]
    assert (drawing.requests, drawing.usd) == (4, pytest.approx(4 * 0.05066))
    for side in drawing.views:
        assert Path(f"run/00-pictures/{side}.png").read_bytes() == server.picture_of(side)
        assert Path(f"run/01-views/{side}.png").is_file()
        assert f"run/00-pictures/{side}.png" in out
    assert json.loads(Path("run/00-pictures/consistency.json").read_text())["silhouette_iou"] > 0.95
    assert picture_in(Path("run/00-pictures/contact-sheet.png").read_bytes()).shape[1] > 1000
    assert err.index("at most about $") < err.index("the photo goes to 127.0.0.1")
    assert "left out so that it prints: whiskers" in err
    assert "$0.20 for 4 requests" in err
    assert "red collar" in server.received[0].fields["prompt"]


def test_the_same_call_again_sends_nothing_and_says_nothing_of_sending(
    server: ImageService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call([*DRAW]) == 0
    first = Path("run/00-pictures/pictures.json").read_bytes()
    capsys.readouterr()
    server.received.clear()
    assert call([*DRAW]) == 0
    assert server.received == []
    assert "the photo goes to" not in capsys.readouterr().err
    assert Path("run/00-pictures/pictures.json").read_bytes() == first


def test_what_is_sent_is_the_photo_without_its_metadata(server: ImageService) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    Image.open("tom.png").save("tom.png", exif=exif)
    assert b"SECRETCAMERA" in Path("tom.png").read_bytes()
    assert call([*DRAW, "--sides", "front"]) == 0
    (sent,) = server.received[0].files
    assert b"SECRETCAMERA" not in sent
    np.testing.assert_array_equal(picture_in(sent), np.asarray(Image.open("tom.png").convert("RGBA")))


def test_one_side_is_drawn_anew_alone(server: ImageService, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([*DRAW]) == 0
    before = load_drawing(Path("run"))
    server.received.clear()
    assert call(["views", "run", "--redo", "back", "--note", "tail on its left", "--yes", "-q"]) == 0
    after = load_drawing(Path("run"))
    assert sides(server) == ["back"]
    assert "tail on its left" in server.received[0].fields["prompt"]
    assert server.received[0].files[1] == server.picture_of("front")
    assert (after.views["back"].attempt, after.requests) == (2, before.requests + 1)
    assert after.views["front"] == before.views["front"]


def test_a_picture_with_a_fault_is_asked_for_again_with_the_reason(server: ImageService) -> None:
    image = picture_in(server.picture_of("back"))
    server.by_side["back"] = deque([made_of(as_png(image[: image.shape[0] * 2 // 3]))])
    assert call([*DRAW]) == 0
    prompts = [request.fields["prompt"] for request in server.received if request.side == "back"]
    assert ["leave free space" in prompt for prompt in prompts] == [False, True]
    assert load_drawing(Path("run")).views["back"].attempt == 2


def test_pictures_never_number_more_than_allowed(server: ImageService) -> None:
    image = picture_in(server.picture_of("back"))
    server.by_side["back"] = deque([made_of(as_png(image[: image.shape[0] * 2 // 3]))] * 9)
    assert call([*DRAW, "--max-requests", "4", "--budget", "5"]) == 0
    assert sides(server) == ["back", "back", "front", "left"]
    assert load_drawing(Path("run")).views["back"].remarks


def test_lost_pictures_are_counted_too(server: ImageService) -> None:
    server.by_side["front"] = deque([hang_up])
    assert call([*DRAW, "--sides", "front"]) == 0
    drawing = load_drawing(Path("run"))
    assert drawing.requests == 2
    assert drawing.usd == pytest.approx(0.05066 + 0.093, abs=0.002)


REFUSED_BEFOREHAND = {
    "too dear": ((*DRAW, "--quality", "high", "--candidates", "4"), "--budget"),
    "too many": ((*DRAW, "--candidates", "7", "--budget", "9"), "--max-requests"),
    "unknown price": ((*DRAW, "--model", "paint-o-matic"), "is unknown"),
    "no price at this quality": ((*DRAW, "--quality", "max"), "is unknown"),
    "unknown style": (("views", "tom.png", "--style", "porcelane"), "porcelain"),
    "no style": (("views", "tom.png"), "--style"),
    "no photo": (("views", "tim.png", "--style", "clay", "--yes"), "no such photo"),
    "nobody to ask": (("views", "tom.png", "--style", "clay", "-q"), "--yes"),
    "nothing to keep": ((*DRAW, "--keep", "beard"), "whiskers"),
    "not for a pet": ((*DRAW[:3], "anime", "--subject", "pet", "--yes"), "anime is for person"),
    "no such side": ((*DRAW, "--sides", "top"), "no side"),
    "nothing drawn": (("views", ".", "--redo", "back", "--yes"), "no drawn views"),
    "nothing to forget": (("forget", "."), "no drawn views"),
    "style and views": (("make", "--style", "clay", "--views", "tom.png"), "one of the two"),
    "make without a style": (("make", "tom.png"), "--style"),
    "no folder": ((*DRAW, "--from", "nowhere"), "no folder"),
}


@pytest.mark.parametrize("case", REFUSED_BEFOREHAND)
def test_what_makes_no_sense_costs_nothing(
    server: ImageService, case: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments, says = REFUSED_BEFOREHAND[case]
    assert call(list(arguments)) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("figurine: ")
    assert says in last
    assert server.received == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tom.png"]


def test_with_several_people_in_the_photo_one_must_be_named(
    server: ImageService, capsys: pytest.CaptureFixture[str]
) -> None:
    portrait = astronaut()
    Image.fromarray(np.hstack([portrait, portrait[:, ::-1]])).save("tom.png")
    assert call([*UNNAMED]) == 2
    assert "2 people look out of the photo" in capsys.readouterr().err
    assert server.received == []
    assert call([*UNNAMED, "--sides", "front", "--subject", "the woman on the left"]) == 0
    assert "Draw the woman on the left as a figurine" in server.received[0].fields["prompt"]


def test_where_one_side_fails_the_others_are_kept_and_it_is_drawn_later(server: ImageService) -> None:
    server.by_side["back"] = deque([error(400, "no", code="moderation_blocked")])
    assert call([*DRAW]) == 2
    assert list(load_drawing(Path("run")).views) == ["front", "left"]
    assert call(["views", "run", "--redo", "back", "--yes", "-q"]) == 0
    assert set(load_drawing(Path("run")).views) == {"front", "back", "left"}
    assert sides(server) == ["back", "back", "front", "left"]


def test_a_run_folder_holds_one_photo(server: ImageService, capsys: pytest.CaptureFixture[str]) -> None:
    assert call([*DRAW, "--sides", "front"]) == 0
    Image.open("tom.png").rotate(10).save("tom.png")
    assert call([*DRAW, "--sides", "front"]) == 2
    assert "another photo" in capsys.readouterr().err
    assert len(server.received) == 1


def test_an_unknown_price_is_counted_as_the_dearest_once_accepted(
    server: ImageService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call([*DRAW, "--sides", "front", "--model", "paint-o-matic", "--budget", "0.5"]) == 0
    assert "unknown price, counted as $0.2" in capsys.readouterr().err
    assert load_drawing(Path("run")).usd > 0.2


@pytest.mark.parametrize(("status", "parts", "exit_status"), [(401, {}, 2), (503, {}, 3)])
def test_a_service_that_fails_ends_the_call_with_one_line(
    server: ImageService, capsys: pytest.CaptureFixture[str], status: int, parts: dict[str, str], exit_status: int
) -> None:
    server.script.extend([error(status, "no", {"Retry-After": "600"}, **parts)] * 3)
    assert call([*DRAW]) == exit_status
    assert capsys.readouterr().err.splitlines()[-1].startswith("figurine: 127.0.0.1")
    assert len(server.received) == 1


def test_prompts_can_be_had_without_a_key_and_the_pictures_brought_back(
    server: ImageService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert call(["views", "tom.png", "--style", "voxel", "--sides", "back", "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert "--- front.png: attach tom.png, then paste:" in out
    assert "--- back.png: attach tom.png and front.png" in out
    assert "figurine make --views front.png back.png" in out
    assert "2 pictures by gpt-image" in err
    assert not Path("tom_figurine").exists()
    assert call(["views", "tom.png", "--style", "voxel", "--from", str(repository / "examples/cat"), "-q"]) == 0
    assert set(load_drawing(Path("tom_figurine")).views) == {"front", "back", "left", "right"}
    assert server.received == []


def test_without_a_key_the_ways_that_need_none_are_named(
    server: ImageService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert call([*DRAW]) == 2
    err = capsys.readouterr().err
    assert "--dry-run" in err
    assert "--style none" in err
    assert "the photo goes to" not in err


def test_style_none_takes_the_photo_as_it_is(server: ImageService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert call(["views", "tom.png", "--style", "none", "-o", "run"]) == 0
    assert list(load_drawing(Path("run")).views) == ["front"]
    assert np.asarray(Image.open("run/00-pictures/front.png"))[0, 0, 3] == 0
    assert server.received == []


def test_forget_erases_every_copy_and_names_what_stays(
    server: ImageService, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call([*DRAW]) == 0
    assert call([*DRAW[:3], "voxel", *DRAW[4:7], "other", *DRAW[8:]]) == 0
    Path("run/report.json").write_text("{}")
    assert call(["forget", "run"]) == 0
    assert "6 stored copies" in capsys.readouterr().out
    assert [path.name for path in Path("run").rglob("*")] == ["report.json"]
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    assert Path("tom.png").is_file()


def test_a_kill_after_the_first_view_pays_for_it_once(server: ImageService) -> None:
    waiting = threading.Semaphore(0)

    def never(handler: Handler, request: Received) -> None:
        waiting.release()
        time.sleep(20)

    server.by_side = {"back": deque([never]), "left": deque([never])}
    process = subprocess.Popen([sys.executable, "-m", "figurine", *DRAW], stderr=subprocess.DEVNULL)
    assert waiting.acquire(timeout=60) and waiting.acquire(timeout=60)  # both came: none is still on its way
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert server.received[0].side == "front"
    server.by_side.clear()
    server.received.clear()
    assert call([*DRAW]) == 0
    assert sides(server) == ["back", "left"]
    assert load_drawing(Path("run")).usd == pytest.approx(3 * 0.05066)


def test_what_a_killed_run_left_can_be_forgotten(server: ImageService, tmp_path: Path) -> None:
    server.by_side = {"back": deque([error(401)])}
    assert call([*DRAW, "--sides", "back"]) == 2
    assert call(["forget", "run"]) == 0
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_the_key_is_nowhere(server: ImageService, tmp_path: Path) -> None:
    server.script.extend([error(400, f"odd: {KEY}", param="size"), error(500, f"oops {KEY}")])
    environment = os.environ | {"OPENAI_LOG": "debug", "FIGURINE_DEBUG": "1"}
    said = b""
    for arguments in ([*DRAW], [*DRAW]):
        done = subprocess.run([sys.executable, "-m", "figurine", *arguments], env=environment, capture_output=True)
        said += done.stdout + done.stderr
    assert len(server.received) == 5
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.received)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"DEBUG" in said
    for part in (KEY, KEY[8:], KEY[:24]):
        assert part.encode() not in said
        assert part.encode() not in written


class Terminal:
    """A call of the command line on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [sys.executable, "-m", "figurine", *arguments])
        self.seen = ""

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Read until these words have been on the screen since the last answer."""
        until = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < until, self.seen
            if select.select([self.screen], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.screen, 65536).decode(errors="replace")
                except OSError as error:  # the other end is gone
                    raise AssertionError(self.seen) from error

    def answer(self, line: str) -> None:
        """Type a line."""
        self.seen = ""
        os.write(self.screen, f"{line}\n".encode())

    def end(self) -> int:
        """Return the exit status, after reading the rest."""
        try:
            while chunk := os.read(self.screen, 65536):
                self.seen += chunk.decode(errors="replace")
        except OSError:
            pass
        os.close(self.screen)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_on_a_terminal_the_owner_names_the_subject_asks_again_and_takes_one(server: ImageService) -> None:
    terminal = Terminal("views", "tom.png", "--style", "clay", "--sides", "back", "--candidates", "2", "-o", "run")
    terminal.wait_for("nobody looks out of the photo")
    terminal.answer("pet")
    terminal.wait_for("contact-sheet.png: 2 fronts")
    terminal.wait_for("stop")
    terminal.answer("9")
    terminal.wait_for("not understood: '9'")
    terminal.answer("again red collar")
    terminal.wait_for("3 fronts")
    terminal.wait_for("> ")
    terminal.answer("3")
    assert terminal.end() == 0, terminal.seen
    drawing = load_drawing(Path("run"))
    assert (drawing.kind, drawing.note, drawing.views["front"].attempt) == ("pet", "red collar", 3)
    assert sides(server) == ["back", "front", "front", "front"]
    assert "red collar" in next(r for r in server.received if r.side == "back").fields["prompt"]
    assert {request.fields.get("partial_images") for request in server.received} == {"1"}


def test_on_a_terminal_the_owner_may_stop_and_go_on_later(server: ImageService) -> None:
    terminal = Terminal("views", "tom.png", "--style", "clay", "--subject", "pet", "-o", "run")
    terminal.wait_for("> ")
    terminal.answer("stop")
    assert terminal.end() == 130
    assert "pays for nothing twice" in terminal.seen
    assert sides(server) == ["front"]
    assert call([*DRAW]) == 0
    assert sides(server) == ["back", "front", "left"]


def test_help_names_the_model_that_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["views", "--help"]) == 0
    assert price_table().default_model in capsys.readouterr().out.replace("-\n                                  ", "-")


def test_styles_are_listed_and_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'name = "Own"\nsummary = "mine"\nlook = "mine."\nsubjects = ["pet"]\nheight_mm = 50\n'
    )
    assert call(["styles", "list", "--json", "--styles", str(tmp_path)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert "own" in [style["id"] for style in listed]
    assert len(listed) >= 13
    assert call(["styles", "show", "bronze-bust"]) == 0
    assert "100 mm" in capsys.readouterr().out
    assert call(["styles", "show", "nonesuch"]) == 2
