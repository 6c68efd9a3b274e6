"""`manage.py execute_approved`: carry out what was approved to be carried out later."""

import sys
from collections import defaultdict
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ai_audit import notifications, workflow
from ai_audit.models import Status, Suggestion
from eventflow.db import database


class Command(BaseCommand):
    help = (
        "Carries out every approved suggestion, event by event, the oldest approval first, each as "
        "the person who approved it; with ids only those. What is not any more as it was approved "
        "stays approved and is listed, and so does, unless its id is given, what nobody knows that "
        "of. Exit status 1 when any failed, was refused or has to be looked at again. Copies share "
        "by event, and never carry one out twice."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "ids", nargs="*", type=UUID, metavar="ID", help="carry out only these suggestions"
        )

    def handle(self, *args, ids=(), **options):
        approved = Suggestion.objects.filter(execution_status=Status.APPROVED)
        if ids:
            approved = self._chosen(approved, ids)
        shares = defaultdict(list)
        for pk, event_id in approved.order_by("approved_at", "id").values_list("pk", "event_id"):
            shares[event_id].append(pk)
        self._basis_needed = not ids
        self._stopped = self._passed_over = 0
        self._counts = {Status.EXECUTED: 0, Status.FAILED: 0}
        with tqdm(total=sum(map(len, shares.values())), disable=None) as self._bar:
            # What somebody was at is tried once more when all else is done, and then waited for.
            busy = {event_id: self._share(event_id, pks) for event_id, pks in shares.items()}
            for event_id, pks in busy.items():
                self._pass_over(self._share(event_id, pks, wait=True))
        self.stdout.write(
            f"Carried out: {self._counts[Status.EXECUTED]}. "
            f"Failed: {self._counts[Status.FAILED]}. "
            f"Passed over, because someone else was at them: {self._passed_over}."
        )
        if self._stopped:
            self.stdout.write(f"Still approved, to be looked at again: {self._stopped}.")
        if self._counts[Status.FAILED] or self._stopped:
            sys.exit(1)

    def _share(self, event_id: UUID | None, pks: list[UUID], *, wait=False) -> list[UUID]:
        """Carry out what waits of one event, unless another copy does; what someone was at."""
        if not pks:
            return []
        claim = ("execute_approved", str(event_id))
        if not database.try_lock(*claim):
            self._pass_over(pks)
            return []
        try:
            # Another copy may have been at it until now.
            left = set(
                Suggestion.objects.filter(pk__in=pks, execution_status=Status.APPROVED).values_list(
                    "pk", flat=True
                )
            )
            self._pass_over([pk for pk in pks if pk not in left])
            waiting = [pk for pk in pks if pk in left]
            for n, pk in enumerate(waiting):
                try:
                    # Whoever is waited for once and does not come to an end is left alone.
                    free = self._carry_out(pk, wait and n == 0)
                except workflow.EventTaken:
                    return waiting[n:]
                if wait and not free:
                    return waiting[n + 1 :]
        finally:
            database.unlock(*claim)
        return []

    def _carry_out(self, pk: UUID, wait: bool) -> bool:
        """Carry one out, and say what came of it; whether nobody held what it needs."""
        try:
            outcome = workflow.execute(suggestion_id=pk, basis_needed=self._basis_needed, wait=wait)
        except workflow.EventTaken:
            raise
        except workflow.AlreadyDecided:
            self._pass_over([pk])
            return True
        except workflow.NotAsApproved as refusal:
            self._stopped += 1
            self.stderr.write(f"{pk}: {refusal}")
            notifications.stopped(pk)
        except workflow.Refusal as refusal:
            self.stderr.write(f"{pk}: {refusal}")
            if isinstance(refusal, workflow.Busy):
                self._pass_over([pk])
                return False
            self._counts[Status.FAILED] += 1
            notifications.stopped(pk)
        else:
            self._counts[outcome.status] += 1
            if outcome.status == Status.FAILED:
                self.stderr.write(f"{pk}: {outcome.sentence}")
        self._bar.update()
        return True

    def _pass_over(self, pks: list[UUID]) -> None:
        self._passed_over += len(pks)
        self._bar.update(len(pks))

    def _chosen(self, approved, ids: list[UUID]):
        """Those with these ids; an error, with nothing carried out, where one is not approved."""
        chosen = approved.filter(pk__in=ids)
        unknown = set(ids) - set(chosen.values_list("pk", flat=True))
        if unknown:
            listed = ", ".join(sorted(map(str, unknown)))
            raise CommandError(
                f"Nothing was carried out: no approved suggestion waits with the id {listed}. "
                "Leave it out, or look at what became of it in the audit history."
            )
        return chosen
