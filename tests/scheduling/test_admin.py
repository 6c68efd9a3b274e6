"""Events, people and organizations, over HTTP: whose are shown."""

import pytest
from django.test import Client

from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db


def test_admin_hides_other_organizations(ours, their_event):
    f.profile(organization=their_event.organization, full_name="Secret person")
    staff = f.staff(
        profile=f.profile(organization=ours),
        permissions=("view_userprofile", "view_organization"),
    )
    client = Client()
    client.force_login(staff.user)

    shown = {
        name: pages.rows(client.get(f"/admin/scheduling/{name}/"))
        for name in ("userprofile", "organization", "event")
    }

    assert shown == {
        "userprofile": ["נועה כהן - ארגון הכנסים"],
        "organization": ["ארגון הכנסים"],
        "event": [],
    }
