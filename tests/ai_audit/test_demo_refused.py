"""Where the demo's data are not loaded: beside what is not the demo's."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from ai_audit import demo
from scheduling.models import Organization

pytestmark = pytest.mark.django_db

TODAY = date(2038, 2, 25)


def test_demo_refused_beside_organizations():
    Organization.objects.create(name="מישהו אחר")
    with pytest.raises(demo.NotOurs, match="organizations that are not the demo's"):
        demo.load(today=TODAY)
    assert not User.objects.exists()


def test_demo_refused_beside_users():
    User.objects.create_user("admin")
    with pytest.raises(demo.NotOurs, match="admin exists already"):
        demo.load(today=TODAY)
    assert not Organization.objects.exists()
