"""Readiness of the log of suggestions for decisions; and figures of what waits.

The history is kept as long as it is verified from time to time, and what waits is to be seen. Mails
are to arrive.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from prometheus_client.core import GaugeMetricFamily

from ai_audit import schema
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status
from eventflow.db import database
from eventflow.fitness import doctor, readiness
from eventflow.fitness.doctor import Line, LineLevel
from eventflow.web import metrics

LOG = "public.ai_insights_log"
HISTORY = "backoffice.decision_history"
LINKS = "backoffice.suggestion_links"

# What they keep, the trigger, its table and its function.
_TRIGGERS = [
    ("guard", "guard_suggestion", LOG, "guard_suggestion"),
    ("guard", "guard_suggestions_from_truncate", LOG, "guard_suggestion"),
    ("history", "write_decision_history", LOG, "write_decision_history"),
    ("history", "history_is_append_only", HISTORY, "refuse_to_change_history"),
    ("history", "history_is_never_emptied", HISTORY, "refuse_to_change_history"),
    ("history", "links_are_append_only", LINKS, "refuse_to_change_history"),
    ("history", "links_are_never_emptied", LINKS, "refuse_to_change_history"),
]

# One that fires in the usual mode only does so where the session is in it.
_NOT_FIRING = """
select w.keeps, w.name, w.of
from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as w (keeps, name, of, function)
where not exists (
  select
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_proc as p
    on p.oid = t.tgfoid
  where t.tgrelid = to_regclass(w.of)
  and t.tgname = w.name
  and p.pronamespace = to_regnamespace('backoffice')
  and p.proname = w.function
  and t.tgenabled = any (array['A',
    case when current_setting('session_replication_role') = 'replica' then 'R' else 'O' end
  ]::"char"[])
)
"""

_WORDS = {
    "guard": "The lifecycle guard does not stand or is switched off, so that a suggestion could "
    "become anything",
    "history": "The decision history is not written, or could be altered",
}


@readiness.requirement
def decisions_are_kept():
    """The guard and the history stand and fire."""
    with connection.cursor() as cursor:
        cursor.execute(_NOT_FIRING, [list(column) for column in zip(*_TRIGGERS, strict=True)])
        found = cursor.fetchall()
    for code, words in _WORDS.items():
        missing = [f"{name} on {table}" for keeps, name, table in found if keeps == code]
        if missing:
            yield readiness.Reason(
                code,
                f"{words}: {', '.join(missing)}.",
                "manage.py migrate makes again what is missing; what is switched off: alter table "
                "… enable always trigger …;",
            )


@readiness.requirement
def suggestions_can_be_decided():
    """The login locks suggestions and reads the history; decisions are written as a person."""
    yield from readiness.rights(
        {
            LOG: ["select", "update"],
            HISTORY: ["select"],
            LINKS: ["select", "insert"],
        }
    )
    decided = ("approved_at", "approved_by", "executed_at", "execution_status", "execution_error")
    yield from readiness.rights(
        {LOG: ["select", "insert", *(f"update ({column})" for column in decided)]},
        database.WRITER_ROLE,
    )


# What the log's policies call and who decides may not run: then no row of it can be reached.
_CLOSED = """
select distinct p.oid::regprocedure::text
from pg_catalog.pg_policy as o
join pg_catalog.pg_depend as d
  on d.classid = 'pg_policy'::regclass
  and d.objid = o.oid
  and d.refclassid = 'pg_proc'::regclass
join pg_catalog.pg_proc as p
  on p.oid = d.refobjid
where o.polrelid = to_regclass(%(table)s)
and to_regrole(%(role)s)::oid = any (o.polroles)
and not has_function_privilege(to_regrole(%(role)s), p.oid, 'execute')
order by 1
"""


@readiness.requirement
def policies_can_ask_whose_organization():
    """Whom decisions are written as may run what the log's policies call."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, {"table": LOG, "role": database.WRITER_ROLE})
        for (function,) in cursor.fetchall():
            yield readiness.lacking(f"execute on {function} for {database.WRITER_ROLE}")


# As many as are counted: an answer must not take longer the more there is.
COUNTED = 10_000

_WAITING = """
select
  w.status,
  count(i.since),
  greatest(0, extract(epoch from now()) - extract(epoch from min(i.since)))::float8
from unnest(%(statuses)s::text[]) as w (status)
left join lateral (
  select case w.status when 'approved' then decided_at else suggested_at end as since
  from backoffice.suggestion_index
  where status = w.status
  order by suggested_at
  limit %(most)s
) as i
  on true
group by w.status
"""


@metrics.at_scrape
def waiting():
    """Gauges: how many wait to be decided, or carried out, and for how long the oldest has."""
    number = GaugeMetricFamily(
        "eventflow_waiting",
        f"Suggestions to be decided, or approved and to be carried out; {COUNTED} means or more.",
        labels=["status"],
    )
    oldest = GaugeMetricFamily(
        "eventflow_oldest_waiting_seconds",
        "For how long the oldest of them has waited; 0 where none does.",
        labels=["status"],
    )
    for status, count, seconds in still_waiting():
        number.add_metric([status], count)
        oldest.add_metric([status], seconds or 0)
    return [number, oldest]


def still_waiting() -> list[tuple[str, int, float | None]]:
    """The number that waits and the oldest's seconds, of each status that waits for somebody.

    One statement over an index; at most COUNTED of each are counted.
    """
    with connection.cursor() as cursor:
        statuses = [Status.SUGGESTED.value, Status.APPROVED.value]
        cursor.execute(_WAITING, {"statuses": statuses, "most": COUNTED})
        return cursor.fetchall()


@doctor.examination
def organization_is_known():
    """The policies of suggestions ask the product's helper whose organization somebody is of."""
    with connection.cursor() as cursor:
        cursor.execute(f"select format('%I.%I()', n.nspname, p.proname) {schema.HELPERS}")
        helpers = [name for (name,) in cursor.fetchall()]
    if helpers[:1] == ["backoffice.user_org_id()"]:
        later = helpers[1:]
        yield Line(
            LineLevel.OK,
            "The policies of suggestions ask backoffice.user_org_id(), which was made because auth "
            "had no such function"
            + (f"; that auth has {' and '.join(later)} now changes nothing." if later else "."),
        )


VERIFIED_WITHIN = timedelta(days=31)
# A timer carries out once a minute, as a rule.
CARRIED_OUT_WITHIN = timedelta(hours=1)


@doctor.examination
def history_was_verified():
    """The decision history was verified lately, and held."""
    last = chain.last_verified()
    how = "manage.py verify_history"
    if last is None and not HistoryEntry.objects.exists():
        yield Line(LineLevel.OK, "There is no decision yet, and so no history to verify.")
    elif last is None:
        yield Line(LineLevel.WARNING, "The decision history was never verified here.", how)
    elif not last.held:
        yield Line(
            LineLevel.ERROR,
            f"The decision history did not hold when it was last verified, {_told(last.ago)}.",
            how,
        )
    elif last.ago > VERIFIED_WITHIN:
        yield Line(
            LineLevel.WARNING, f"The decision history was last verified {_told(last.ago)}.", how
        )
    else:
        yield Line(LineLevel.OK, f"The decision history held when verified {_told(last.ago)}.")


@doctor.examination
def nothing_waits_for_ever():
    """Gauges: how many wait to be decided or carried out."""
    for status, number, seconds in still_waiting():
        late = status == Status.APPROVED and (seconds or 0) > CARRIED_OUT_WITHIN.total_seconds()
        what = "carried out" if status == Status.APPROVED else "decided"
        many = f"{number} or more" if number >= COUNTED else number
        words = f"To be {what}: {many}"
        if number:
            words += f", the oldest since {_told(timedelta(seconds=seconds), after='')}"
        yield Line(
            LineLevel.WARNING if late else LineLevel.OK,
            f"{words}.",
            "manage.py execute_approved, and see that its timer runs" if late else "",
        )


def _told(ago: timedelta, after: str = " ago") -> str:
    """A time that has passed, in the largest unit of which there are two."""
    seconds = max(ago.total_seconds(), 0)
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}{after}"
    return f"a moment{after}"


_MAILS = """
select
  (select count(*) from backoffice.notification_mails where state = 'failed'),
  (
    select count(*)
    from backoffice.notification_mails
    where state = 'due'
    and made_at < now() - interval '1 hour'
  ),
  (
    select count(*)
    from backoffice.notifications
    where state = 'due'
    and made_at < now() - interval '2 days'
  )
"""


@doctor.examination
def mails_are_sent() -> Iterator[Line]:
    """Mail is set up, and what people are told by it arrives."""
    if not settings.EMAIL_URL:
        yield Line(
            LineLevel.OK,
            "EMAIL_URL is not set: nobody is told by mail that something waits for them.",
            "Set it, and start the timer: docs/operations.md, “Telling people by mail”.",
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(_MAILS)
        failed, late, forgotten = cursor.fetchone()
    if failed:
        yield Line(
            LineLevel.WARNING,
            f"{failed} mails of the last 90 days failed for good.",
            "Look at “Mails” in the back office, where the server’s answers are listed.",
        )
    if late:
        yield Line(
            LineLevel.WARNING,
            f"{late} mails have not been taken for more than an hour.",
            "manage.py notify",
        )
    if forgotten:
        yield Line(
            LineLevel.WARNING,
            f"{forgotten} things are due to be told for more than two days: notify does not run.",
            "systemctl enable --now eventflow-notify.timer",
        )
