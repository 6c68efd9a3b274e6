import pytest

from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db


def test_a(browser, event, suggest):
    moved = f.session(event=event, title="פאנל", room="C", start=f.at(17))
    f.session(event=event, title="טקס פתיחה", room="חדר A", start=f.at(11), end=f.at(12))
    suggest(f.create_data(title="Clash"))
    suggest(f.update_data(moved, room="E"), "schedule_update")
    suggest(["nonsense"])
    page = browser.get(f"/admin/scheduling/event/{event.pk}/days/2038-01-30/")
    print(pages.source(page)[2000:])
    print(pages.text(browser.get(f"/admin/scheduling/event/{event.pk}/change/")))
    assert browser.get(f"/admin/scheduling/event/{event.pk}/days/").url.endswith("2038-01-30/")
