"""`manage.py execute_approved`: carry out what was approved to be carried out later."""

import sys

from django.core.management.base import BaseCommand

from ai_audit import workflow
from ai_audit.models import Status, Suggestion

_BAR = 30


class Command(BaseCommand):
    help = (
        "Carries out every approved suggestion, the oldest approval first, each as the person who "
        "approved it. Exit status 1 when any failed or was refused. Two copies never carry one "
        "out twice."
    )

    def handle(self, *args, **options):
        waiting = list(
            Suggestion.objects.filter(execution_status=Status.APPROVED)
            .order_by("approved_at", "id")
            .values_list("pk", flat=True)
        )
        counts = {Status.EXECUTED: 0, Status.FAILED: 0}
        passed_over = 0
        for n, pk in enumerate(waiting, start=1):
            try:
                outcome = workflow.execute(suggestion_id=pk)
            except workflow.AlreadyDecided:
                passed_over += 1
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
        if counts[Status.FAILED]:
            sys.exit(1)

    def _show(self, done: int, of: int) -> None:
        """A progress bar, where a person is watching."""
        if not self.stdout.isatty():
            return
        filled = _BAR * done // of
        bar = "#" * filled + "." * (_BAR - filled)
        self.stdout.write(f"\r[{bar}] {done}/{of}", ending="\n" if done == of else "")
        self.stdout.flush()
