"""What every answer forbids the browser: also errors, refusals and Django's own pages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests import factories as f
from tests import pages

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def policy(answer) -> set[str]:
    return set(answer["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 302),
        ("/admin/", 200),
        ("/admin/auth/user/", 200),
        ("/admin/auth/user/add/", 200),
        ("/admin/jsi18n/", 200),
        ("/admin/autocomplete/", 403),
        ("/admin/second-factor/", 200),
        ("/admin/password_reset/", 200),
        ("/nowhere/", 404),
        ("/admin/nowhere/", 404),
        ("/healthz", 200),
    ],
)
def test_headers_on_every_page(db, path, status):
    answer = pages.signed_in(f.superuser()).get(path)

    assert (answer.status_code, policy(answer)) == (status, POLICY)
    assert answer.get("X-Frame-Options", "DENY") == "DENY"


def test_headers_on_error_page(db):
    f.run("alter table organizations rename to elsewhere")
    browser = pages.signed_in(f.superuser(), raise_request_exception=False)

    answer = browser.get("/admin/scheduling/organization/")

    assert (answer.status_code, policy(answer)) == (500, POLICY)


def test_headers_on_refused_form(db):
    answer = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "he"})

    assert (answer.status_code, policy(answer)) == (403, POLICY)


def test_headers_on_unknown_host(db):
    answer = Client().get("/admin/login/", HTTP_HOST="elsewhere.example")

    assert (answer.status_code, policy(answer)) == (400, POLICY)


def test_templates_without_inline_style_or_script():
    inline = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE
    )
    templates = [
        path
        for app in ("eventflow", "scheduling", "ai_audit")
        for path in Path(settings.BASE_DIR, app).rglob("templates/**/*.html")
        # What reads mail reads no stylesheet, and asks for no policy.
        if "mail" not in path.parts
    ]

    assert len(templates) > 10
    assert [path.name for path in templates if inline.search(path.read_text())] == []
