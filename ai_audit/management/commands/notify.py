"""`manage.py notify`: tell people by mail what waits for them, and what came of what they asked."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ai_audit import notifications
from ai_audit.models import MailState, NotificationMail


class Command(BaseCommand):
    help = (
        "Sends everybody the mails that are due to them, once: what waits for their decision, what "
        "came of what they suggested or approved, and questions. For a timer, once a minute; a "
        "copy that finds another at work leaves it to that one. Exit status 1 when the mail server "
        "took nothing; what is due stays due."
    )

    def handle(self, *args, **options):
        if not settings.EMAIL_URL:
            raise CommandError(
                "No mail can be sent: EMAIL_URL is not set. Nothing was looked for, and nothing is "
                "lost. Set it, or stop the timer."
            )
        try:
            report = notifications.notify()
        except notifications.AtWork:
            self.stdout.write("Another copy is at work: nothing was done.")
            return
        came = report.delivered
        self.stdout.write(
            f"Sent: {came.sent}. To be tried again: {came.later}. Failed for good: {came.failed}. "
            f"Nothing left to tell: {came.passed}."
        )
        failed = NotificationMail.objects.filter(state=MailState.FAILED).count()
        if failed:
            self.stdout.write(f"Failed for good so far, listed under “Mails”: {failed}.")
        if report.trouble:
            self.stderr.write(
                f"The mail server takes nothing: {report.trouble}. What is due stays due, and the "
                "next run tries again."
            )
            sys.exit(1)
