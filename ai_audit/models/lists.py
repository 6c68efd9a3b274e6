"""Lists that people keep for themselves."""

from django.conf import settings
from django.db import models


class SavedList(models.Model):
    """A list of the queue that a user has saved under a name; at most `MOST` of each user.

    `asked` is what its address asks for, `words` what it searches for among that.
    """

    MOST = 20

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    asked = models.CharField(max_length=1000)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_list_of_a_name")]

    def __str__(self):
        return self.name
