"""`--auth`: who may come in, by the page, by the API and by our own routes."""

import base64
import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError

from playground.gate.login import Login, login_page
from playground.middleware import Limits
from tests.shell.small_app import Caller, small_app

USER, PASSWORD = "class", "se:cret pâté 密码"


@pytest.fixture(scope="module")
def locked() -> Iterator[Caller]:
    with small_app(login=Login(USER, PASSWORD)) as caller:
        yield caller


def sign_in(app: Caller, password: str = PASSWORD, **headers: str):
    form = urlencode({"username": USER, "password": password}).encode()
    kind = "application/x-www-form-urlencoded"
    return app.ask("POST", "/login", form, content_type=kind, **headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/playground/call/echo"),
        ("POST", "/playground/text"),
        ("GET", "/playground/stream"),
        ("GET", "/playground/export/1.csv"),
        ("GET", "/config"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/call/shout"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data?session_hash=1"),
        ("POST", "/gradio_api/mcp/"),
    ],
)
def test_nothing_answers_without_a_login(locked: Caller, method: str, path: str):
    status, _, body = locked.ask(method, path, b"{}")
    assert status == 401
    assert json.loads(body)["error"]["key"] == "shell.not_signed_in"


def test_the_page_asks_for_name_and_password_and_shows_nothing_else(locked: Caller):
    status, _, body = locked.ask("GET", "/?lang=zh&slice=sequence")
    page = body.decode()
    assert status == 401
    assert 'name="password"' in page
    assert "用户名" in page
    assert "gradio_config" not in page
    assert "lang=zh&amp;slice=sequence" in page


def test_a_person_who_signs_in_is_sent_back_to_the_link_they_came_by(locked: Caller):
    form = {"username": USER, "password": PASSWORD, "back": "slice=sequence&cell=gru"}
    status, headers, _ = locked.ask(
        "POST", "/login", urlencode(form).encode(), accept="text/html,*/*"
    )
    assert (status, headers["location"]) == (303, "./?slice=sequence&cell=gru")
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    page = locked.ask("GET", "/", cookie=cookie.partition(";")[0])
    assert page[0] == 200
    assert b"gradio_config" in page[2]


def test_where_a_person_is_sent_back_to_is_always_here(locked: Caller):
    for back in ("//evil.example", "\r\nset-cookie: a=b", "https://evil.example/"):
        form = {"username": USER, "password": PASSWORD, "back": back}
        headers = locked.ask("POST", "/login", urlencode(form).encode(), accept="text/html")[1]
        assert headers["location"].startswith("./?")
        assert "a=b" not in headers["set-cookie"]


def test_behind_https_the_cookie_is_for_https_only(locked: Caller):
    assert "; Secure" in sign_in(locked, x_forwarded_proto="https")[1]["set-cookie"]


def test_our_routes_open_with_the_cookie(locked: Caller):
    cookie = sign_in(locked)[1]["set-cookie"].partition(";")[0]
    assert locked.post("/playground/call/echo", {}, cookie=cookie)[0] == 200


@pytest.mark.parametrize(
    ("user", "password", "expected"),
    [(USER, PASSWORD, 200), (USER, "se", 401), ("se", PASSWORD, 401), (USER, "", 401)],
)
def test_programs_may_send_basic_authorization(locked: Caller, user, password, expected):
    sent = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    assert locked.post("/playground/call/echo", {}, authorization=sent)[0] == expected


@pytest.mark.parametrize("sent", ["Basic", "Basic !!!", "Basic /w==", "Bearer x", "Basic Og=="])
def test_broken_authorization_is_no_login_and_no_crash(locked: Caller, sent: str):
    assert locked.post("/playground/call/echo", {}, authorization=sent)[0] == 401


def test_the_api_client_signs_in(locked: Caller):
    client = Client(locked.url, auth=(USER, PASSWORD), verbose=False, analytics_enabled=False)
    assert client.predict("quiet", api_name="/shout") == "QUIET"


def test_the_api_client_is_told_that_the_password_is_wrong(locked: Caller):
    with pytest.raises(AuthenticationError):
        Client(locked.url, auth=(USER, "wrong"), verbose=False, analytics_enabled=False)
    with pytest.raises(AuthenticationError):
        Client(locked.url, verbose=False, analytics_enabled=False)


def test_a_wrong_password_is_said_on_the_page(locked: Caller):
    status, headers, body = sign_in(locked, "wrong", accept="text/html", accept_language="en")
    assert status == 401
    assert "set-cookie" not in headers
    assert "The user name or the password is wrong." in body.decode()


def test_guessing_passwords_is_slowed_down():
    with small_app(login=Login(USER, PASSWORD), limits=Limits(login_burst=5)) as app:
        statuses = [sign_in(app, str(guess))[0] for guess in range(8)]
    assert statuses[:4] == [401] * 4
    assert statuses[-1] == 429


def test_the_form_does_not_act_for_another_site(locked: Caller):
    assert sign_in(locked, origin="https://evil.example")[0] == 403


def test_a_cookie_ends_after_a_week_and_holds_over_a_restart():
    now = [time.time()]
    first, second = (Login(USER, PASSWORD, now=lambda: now[0]) for _ in range(2))
    sent = {"cookie": f"other=1; {first.cookie}={first.ticket()}"}
    assert second.signed_in(sent)
    assert not Login(USER, "another").signed_in(sent)
    now[0] += 8 * 24 * 3600
    assert not second.signed_in(sent)


def test_a_cookie_cannot_be_made_or_prolonged_by_the_visitor():
    login = Login(USER, PASSWORD)
    until, _, signature = login.ticket().partition(".")
    for forged in (f"{int(until) + 1}.{signature}", f"{until}.", until, ".", "", f".{signature}"):
        assert not login.signed_in({"cookie": f"{login.cookie}={forged}"})
    assert not login.signed_in({"cookie": "\x00=;;;=\xff"})


def test_what_stands_in_a_link_is_text_on_the_login_page():
    page = login_page("en", back='"><script>alert(1)</script>').decode()
    assert "<script>" not in page
    assert not re.search(r"\{\{\w+\}\}", page)
