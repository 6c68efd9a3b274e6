"""`manage.py makemessages`: Django's, which finds what is translated lazily here as well."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_lazy"]
