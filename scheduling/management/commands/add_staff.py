"""`manage.py add_staff`: somebody of the product becomes staff here, in one go."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, no_translations

from eventflow.accounts import mail
from eventflow.text.bidi import plain
from scheduling.access import adding


class Command(BaseCommand):
    help = (
        "Adds somebody as staff: makes a user, marks it as staff, puts it into a group and links "
        "it to the profile with that e-mail address; then prints a link by which the password is "
        "set, once. Run again, it completes what is missing, and makes another link as long as "
        "there is no password."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL", help="the profile's address in EventFlow")
        parser.add_argument("--group", required=True, help="as Viewer, Approver or Auditor")
        parser.add_argument(
            "--profile", type=UUID, metavar="ID", help="which profile, where several have it"
        )
        parser.add_argument("--username", default="", help="otherwise the address")

    @no_translations
    def handle(self, *, email, group, profile, username, **options):
        try:
            added = adding.add(
                email=email, group=_group(group), profile_id=profile, username=username
            )
        except adding.Refused as refusal:
            raise CommandError(plain(refusal)) from refusal
        of = added.member.profile
        self.stdout.write(
            f"{added.member.user.get_username()} is staff, in the group {group}, as {of.full_name} "
            f"of {of.organization.name}." + ("" if added.changed else " It was so already.")
        )
        if added.link:
            hours = settings.PASSWORD_RESET_TIMEOUT // 3600
            self.stdout.write(
                f"They set a password here, once, within {hours} hours. Whoever has the link can: "
                f"give it to nobody else.\n{mail.home()}{added.link}"
            )


def _group(name: str) -> Group:
    try:
        return Group.objects.get(name=name)
    except Group.DoesNotExist:
        there = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(
            f"There is no group {name}. Nothing was changed. There are: {there}."
        ) from None
