"""Sessions that end by the database's clock: a web server's that is wrong neither ends nor keeps
one.

For SESSION_ENGINE. What a session holds, and for how long, is Django's affair and the settings'.
"""

from datetime import timedelta

from django.contrib.sessions.backends import db
from django.db.models.functions import Now


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        try:
            return self.model.objects.get(session_key=self.session_key, expire_date__gt=Now())
        except self.model.DoesNotExist:
            self._session_key = None

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        session.expire_date = Now() + timedelta(seconds=self.get_expiry_age())
        return session

    @classmethod
    def clear_expired(cls):
        cls.get_model_class().objects.filter(expire_date__lt=Now()).delete()
