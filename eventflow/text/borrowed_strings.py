"""Strings of Django's own pages that its Hebrew catalogue lacks, so that ours can supply them.

Nobody imports this: it is here for `make messages`, which would drop a translation that no
source asks for. A test says when Django has come to supply one of them, or lacks another.
The few of the admin's scripts are kept by hand, in `djangojs.po`, since no script of ours
asks for anything.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

# Translators: in the index of the admin, for screen readers.
gettext_noop("Model name")
# Translators: in the index of the admin, for screen readers.
gettext_noop("Add link")
# Translators: in the index of the admin, for screen readers.
gettext_noop("Change or view list link")
# Translators: begins the browser's title of a form that was refused.
gettext_noop("Error:")
# Translators: the form that adds a user.
gettext_noop("After you’ve created a user, you’ll be able to edit more user options.")
# Translators: the sign-in page, where passwords can be reset by mail.
gettext_noop("Forgotten your login credentials?")
# Translators: the mail that resets a password; the user's name follows.
gettext_noop("In case you’ve forgotten, you are:")
# Translators: a form that names a row which is gone.
gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice.")
# Translators: the form that changes a password.
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
