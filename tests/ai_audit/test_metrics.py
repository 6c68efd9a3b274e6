"""`/metrics`: figures for who shows the token; names of ours, and no word of anybody's."""

import re

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from ai_audit import ready, workflow
from eventflow.web import metrics
from tests import factories as f

pytestmark = pytest.mark.django_db

TOKEN = "a-token_of.32~characters+or/more=="
WORD = "סודי"


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def ask(shown=f"Bearer {TOKEN}", **extra):
    return Client().get("/metrics", headers={"authorization": shown} if shown else {}, **extra)


def figures() -> dict[tuple, float]:
    """Every figure, by its name and its labels' values."""
    text = ask().content.decode()
    assert WORD not in text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def grown(before: dict, after: dict, name: str) -> dict[tuple, float]:
    """By how much figures of that name have grown, where they have."""
    return {
        key[1:]: value - before.get(key, 0)
        for key, value in after.items()
        if key[0] == name and value != before.get(key, 0)
    }


@pytest.mark.parametrize("shown", ["", "Bearer ", f"Bearer {TOKEN}"])
def test_metrics_without_token_404(settings, shown):
    settings.METRICS_TOKEN = ""

    assert ask(shown).status_code == 404


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, f"Basic {TOKEN}",
     "Bearer א", "Bearer \xff"],
)  # fmt: skip
def test_metrics_with_token_only(token, shown):
    answer = ask(shown)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert b"eventflow_" not in answer.content


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_metrics_scraped_without_host_or_https(token, settings, scheme):
    settings.ALLOWED_HOSTS = ["backoffice.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    answer = ask(f"{scheme} {TOKEN}", HTTP_HOST="10.0.0.7:8000")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer["Cache-Control"] == "no-store"


def test_metrics_read_only(token):
    assert Client().post("/metrics", headers={"authorization": TOKEN}).status_code == 404


def test_metrics_waiting_and_age(token, suggest, noa):
    before = figures()
    assert before["eventflow_waiting", "suggested"] == 0
    assert before["eventflow_oldest_waiting_seconds", "suggested"] == 0
    hour = 3600
    old, later = suggest(), suggest()
    f.run(
        "update backoffice.suggestion_index set suggested_at = now() - interval '2 hours'"
        " where suggestion_id = %s",
        old.pk,
    )
    workflow.approve_for_later(suggestion_id=later.pk, by=noa, confirmed=f.confirming(later.pk))

    found = figures()

    assert found["eventflow_waiting", "suggested"] == 1
    assert found["eventflow_waiting", "approved"] == 1
    assert 2 * hour <= found["eventflow_oldest_waiting_seconds", "suggested"] < 3 * hour
    assert 0 <= found["eventflow_oldest_waiting_seconds", "approved"] < hour


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "9999-01-01", "0044-03-15 BC"])
def test_metrics_impossible_moment(token, suggest, moment):
    suggest()
    f.run("update backoffice.suggestion_index set suggested_at = %s", moment)

    assert figures()["eventflow_oldest_waiting_seconds", "suggested"] >= 0


def test_metrics_count_bounded(token, suggest, monkeypatch):
    monkeypatch.setattr(ready, "COUNTED", 2)
    for _n in range(3):
        suggest()

    assert figures()["eventflow_waiting", "suggested"] == 2


def test_metrics_waiting_in_one_statement(suggest, django_assert_num_queries):
    suggest()
    with django_assert_num_queries(1):
        ready.waiting()


def test_metrics_decisions_by_kind(token, suggest, noa, event):
    f.session(event=event, title=WORD, room=WORD, start=f.at(9))
    data = f.create_data(
        title=WORD, room=WORD, start_time=f.at(9).isoformat(), end_time=f.at(10).isoformat()
    )
    blocked, later, rejected = suggest(data), suggest(), suggest()
    before = figures()

    workflow.approve(
        suggestion_id=blocked.pk, by=noa, confirmed=f.confirming(blocked.pk, reason=WORD)
    )
    workflow.approve_for_later(suggestion_id=later.pk, by=noa, confirmed=f.confirming(later.pk))
    workflow.execute(suggestion_id=later.pk)
    workflow.reject(suggestion_id=rejected.pk, by=noa, reason=WORD)
    with pytest.raises(workflow.AlreadyDecided):
        workflow.reject(suggestion_id=rejected.pk, by=noa, reason=WORD)

    after = figures()
    assert grown(before, after, "eventflow_decisions_total") == {
        ("approve", "failed"): 1,
        ("approve_only", "approved"): 1,
        ("execute", "executed"): 1,
        ("reject", "rejected"): 1,
    }
    assert grown(before, after, "eventflow_refusals_total") == {("reject", "AlreadyDecided"): 1}


def test_latency_by_view_whatever_was_asked_for(token, browser):
    before = figures()
    browser.get(f"/admin/ai_audit/pendingsuggestion/?q={WORD}")
    for address in (f"/{WORD}/", f"/admin/{WORD}/", "/metrics/x"):
        browser.get(address)

    counted = grown(before, figures(), "eventflow_request_seconds_count")

    assert counted.pop(("admin:ai_audit_pendingsuggestion_changelist",)) == 1
    # The page of figures itself is counted when it has been sent.
    assert counted.pop(("metrics",)) == 1
    assert sum(counted.values()) == 3
    assert all(re.fullmatch(r"none|[a-z_:.]+", view) for (view,) in counted)


def test_errors_by_cause(token, monkeypatch):
    before = figures()
    metrics.failed("full")

    assert grown(before, figures(), "eventflow_errors_total") == {("full",): 1}


def test_metrics_probes_are_no_page_errors(token):
    f.run("delete from django_migrations where app = 'sessions'")
    before = figures()
    Client().get("/healthz")

    assert grown(before, figures(), "eventflow_errors_total") == {("not_ready",): 1}
