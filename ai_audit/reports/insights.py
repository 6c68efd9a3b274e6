"""The audit history added up: what became of the suggestions of a period, how soon, and why.

Every figure counts suggestions by the day they were made, so that the list behind it is the same
period with a condition more: `conditions` say which. Read from the daily figures; days that have
changed since those were added up are counted anew, so that nothing is ever out of date. Figures are
of what the AI did; what a person made, and what nobody could carry out, is only told apart.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from ai_audit.models import Status
from ai_audit.reports.filters import (
    ACTIONS,
    APPROVED,
    BY_AI,
    CLAIMS,
    KINDS,
    MADE,
    WAS_APPROVED,
    Filters,
)

MOST_REASONS = 10
MOST_DAYS = 366
# How much longer each step of the waiting times is than the one before; see `count_figures`.
STEP = 1.05

_FIGURES = """
with stale as materialized (
  select distinct s.organization_id, s.day
  from backoffice.stale_days as s
  where s.day between %(first)s and %(last)s
  and (%(organization)s::uuid is null or s.organization_id = %(organization)s)
),
figures as (
  select f.day, f.figure, f.key, f.n
  from backoffice.daily_figures as f
  where f.day between %(first)s and %(last)s
  and (%(organization)s::uuid is null or f.organization_id = %(organization)s)
  and not exists (
    select
    from stale as s
    where s.organization_id = f.organization_id
    and s.day = f.day
  )
  union all
  select c.day, c.figure, c.key, c.n
  from stale as s
  cross join lateral backoffice.count_figures(s.organization_id, s.day) as c
)
select figure, key, case figure when 'status' then day end, sum(n)::bigint
from figures
group by 1, 2, 3
"""


@dataclass(frozen=True)
class Figure:
    """A number of suggestions, and what the list behind it is asked for."""

    n: int
    conditions: Filters


@dataclass(frozen=True)
class Rate:
    """Figures of the decisions on suggestions of one action type."""

    action: str
    suggested: Figure
    approved: Figure
    rejected: Figure

    @property
    def percent(self) -> int | None:
        """Of those decided, how many were approved; None where nothing was decided."""
        decided = self.approved.n + self.rejected.n
        return round(100 * self.approved.n / decided) if decided else None


@dataclass(frozen=True)
class KindFigures:
    """How often the AI's claim of a kind of conflict was right, wrong, or was missing."""

    kind: str
    right: Figure
    wrong: Figure
    missed: Figure


@dataclass(frozen=True)
class Day:
    """A day's suggestions by what became of them."""

    day: date
    suggested: Figure
    by_status: dict[str, Figure]


@dataclass(frozen=True)
class Insights:
    """The figures of a period; `median` and `ninetieth` are seconds to the first decision.

    `apart` are what is not the AI's doing, or could not be carried out, by which of `MADE` it is.
    """

    suggested: Figure
    by_status: dict[str, Figure]
    approved: Figure
    rates: list[Rate]
    decided: int
    median: int | None
    ninetieth: int | None
    rejected_for: list[tuple[str, Figure]]
    failed_for: list[tuple[str, Figure]]
    claims: dict[str, Figure]
    kinds: list[KindFigures]
    days: list[Day]
    apart: dict[str, Figure]


def read(first: date, last: date, organization: UUID | None) -> Insights:
    """The figures from the first day to the last, both included; one statement.

    Of an organization, or of all of them with None. Days are those of Asia/Jerusalem.
    """
    parameters = {"first": first, "last": last, "organization": organization}
    counted: dict[str, Counter] = defaultdict(Counter)
    by_day: dict[date, Counter] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, parameters)
        for figure, key, day, n in cursor.fetchall():
            counted[figure][key] += n
            if figure == "status":
                by_day[day][key.partition(":")[2]] += n
    return _Period(first, last, organization, counted).insights(by_day)


@dataclass(frozen=True)
class _Period:
    first: date
    last: date
    organization: UUID | None
    counted: dict[str, Counter]

    def figure(self, n: int, **conditions) -> Figure:
        return Figure(n, replace(self.all, **conditions))

    @property
    def all(self) -> Filters:
        return Filters(
            organization=self.organization,
            made=BY_AI,
            from_day=self.first,
            to_day=self.last,
        )

    def insights(self, by_day: dict[date, Counter]) -> Insights:
        by_status: Counter[str] = Counter()
        by_action: dict[str, Counter[str]] = defaultdict(Counter)
        for key, n in self.counted["status"].items():
            action, _colon, status = key.partition(":")
            by_status[status] += n
            by_action[action][status] += n
        waited = {int(step): n for step, n in self.counted["waited"].items()}
        return Insights(
            suggested=self.figure(by_status.total()),
            by_status={s: self.figure(by_status[s], status=s) for s in Status.values},
            approved=self.figure(_approved(by_status), status=WAS_APPROVED),
            rates=[self._rate(action, by_action[action]) for action in ACTIONS],
            decided=sum(waited.values()),
            median=percentile(waited, 0.5),
            ninetieth=percentile(waited, 0.9),
            rejected_for=self._reasons(Status.REJECTED),
            failed_for=self._reasons(Status.FAILED),
            claims={c: self.figure(self.counted["claim"][c], claim=c) for c in CLAIMS},
            kinds=[self._kind(kind) for kind in KINDS],
            days=[self._day(day, by_day[day]) for day in _days(self.first, self.last)],
            apart={m: self.figure(self.counted["apart"][m], made=m) for m in MADE if m != BY_AI},
        )

    def _rate(self, action: str, by_status: Counter) -> Rate:
        rejected = by_status[Status.REJECTED]
        return Rate(
            action=action,
            suggested=self.figure(by_status.total(), action=action),
            approved=self.figure(_approved(by_status), action=action, status=WAS_APPROVED),
            rejected=self.figure(rejected, action=action, status=Status.REJECTED.value),
        )

    def _reasons(self, status: Status) -> list[tuple[str, Figure]]:
        commonest = sorted(self.counted[status.value].items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            (reason, self.figure(n, status=status.value, reason=reason))
            for reason, n in commonest[:MOST_REASONS]
        ]

    def _kind(self, kind: str) -> KindFigures:
        figures = {
            outcome: self.figure(self.counted[outcome][kind], compared=f"{outcome}-{kind}")
            for outcome in ("right", "wrong", "missed")
        }
        return KindFigures(kind, **figures)

    def _day(self, day: date, by_status: Counter) -> Day:
        own = replace(self.all, from_day=day, to_day=day)
        return Day(
            day,
            Figure(by_status.total(), own),
            {s: Figure(by_status[s], replace(own, status=s)) for s in Status.values},
        )


def _approved(by_status: Counter) -> int:
    return sum(by_status[status] for status in APPROVED)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def percentile(waited: dict[int, int], share: float) -> int | None:
    """The seconds that `share` of all waited at most, within one step; None where nobody did.

    `waited` are numbers by step: step n begins at 1.05 to the power of n, less a second.
    """
    total, passed = sum(waited.values()), 0
    for step in sorted(waited):
        passed += waited[step]
        if passed >= share * total:
            return round(STEP ** (step + 0.5) - 1)
    return None


# Of the days before last year's, the same reasons as a rule.
_REASONS = """
select f.key
from backoffice.daily_figures as f
where f.figure in ('rejected', 'failed')
and (%(organization)s::uuid is null or f.organization_id = %(organization)s)
and f.day > current_date - 366
group by f.key
order by sum(f.n) desc, f.key
limit 20
"""


def commonest_reasons(organization: UUID | None) -> list[str]:
    """Why suggestions were rejected or failed most often in the last year; one statement.

    By the daily figures as they were last refreshed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, {"organization": organization})
        return [reason for (reason,) in cursor.fetchall()]
