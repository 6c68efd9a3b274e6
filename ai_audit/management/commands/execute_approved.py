"""`manage.py execute_approved`: carry out what was approved to be carried out later."""

import sys
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ai_audit import workflow
from ai_audit.models import Status, Suggestion

_BAR = 30


class Command(BaseCommand):
    help = (
        "Carries out every approved suggestion, the oldest approval first, each as the person who "
        "approved it; with ids only those. What is not any more as it was approved stays approved "
        "and is listed, and so does, unless its id is given, what nobody knows that of. Exit "
        "status 1 when any failed, was refused or has to be looked at again. Two copies never "
        "carry one out twice."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "ids", nargs="*", type=UUID, metavar="ID", help="carry out only these suggestions"
        )

    def handle(self, *args, ids=(), **options):
        approved = Suggestion.objects.filter(execution_status=Status.APPROVED)
        if ids:
            approved = self._chosen(approved, ids)
        waiting = list(approved.order_by("approved_at", "id").values_list("pk", flat=True))
        counts = {Status.EXECUTED: 0, Status.FAILED: 0}
        passed_over = stopped = 0
        for n, pk in enumerate(waiting, start=1):
            try:
                outcome = workflow.execute(suggestion_id=pk, basis_needed=not ids)
            except workflow.AlreadyDecided:
                passed_over += 1
            except workflow.NotAsApproved as refusal:
                stopped += 1
                self.stderr.write(f"{pk}: {refusal}")
            except workflow.Refusal as refusal:
                busy = isinstance(refusal, workflow.Busy)
                passed_over += busy
                counts[Status.FAILED] += not busy
                self.stderr.write(f"{pk}: {refusal}")
            else:
                counts[outcome.status] += 1
                if outcome.status == Status.FAILED:
                    self.stderr.write(f"{pk}: {outcome.sentence}")
            self._show(n, len(waiting))
        self.stdout.write(
            f"Carried out: {counts[Status.EXECUTED]}. Failed: {counts[Status.FAILED]}. "
            f"Passed over, because someone else was at them: {passed_over}."
        )
        if stopped:
            self.stdout.write(f"Still approved, to be looked at again: {stopped}.")
        if counts[Status.FAILED] or stopped:
            sys.exit(1)

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

    def _show(self, done: int, of: int) -> None:
        """A progress bar, where a person is watching."""
        if not self.stdout.isatty():
            return
        filled = _BAR * done // of
        bar = "#" * filled + "." * (_BAR - filled)
        self.stdout.write(f"\r[{bar}] {done}/{of}", ending="\n" if done == of else "")
        self.stdout.flush()
