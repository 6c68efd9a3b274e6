"""The demo's organizations and people: profiles, staff, participants. Names only, no writing.

All of them are made up, and the telephone numbers made from them lead nowhere.
"""

from typing import NamedTuple
from uuid import UUID, uuid5

_NAMESPACE = UUID("5b0f6f0e-5a3c-4b6e-9a53-0d6f5f1f4e01")

ORGANIZATIONS = {
    "bama": "במה פתוחה הפקות",
    "galil": "גליל טק בע״מ",
}


class Profile(NamedTuple):
    """A person of an organization, as the product knows them."""

    organization: str
    full_name: str
    role: str


PROFILES = {
    "noa": Profile("bama", "נועה שפירא", "manager"),
    "amit": Profile("bama", "עמית ברק", "member"),
    "michal": Profile("bama", "מיכל לוי", "member"),
    "yoav": Profile("bama", "יואב מזרחי", "member"),
    "dana": Profile("galil", "דנה פרידמן", "manager"),
    "omer": Profile("galil", "Omer Katz", "member"),
}


class Staff(NamedTuple):
    """Someone who signs in to the back office; linked to the profile of the same name, if any."""

    username: str
    duty: str
    organization: str | None
    decides: bool = False
    superuser: bool = False


# A demo's, on loopback, and printed when it starts.
PASSWORD = "eventflow-demo"  # noqa: S105

STAFF = (
    Staff("noa", "manager of the first organization", "bama", decides=True),
    Staff("amit", "viewer in the first organization", "bama"),
    Staff("dana", "manager of the second organization", "galil", decides=True),
    Staff("omer", "decides there too, but on nothing of his own alone", "galil", decides=True),
    Staff("admin", "superuser, sees all and decides nothing", None, superuser=True),
)

# Which organization asks for a second approver; and what waits there for one, by who approved it.
ASKS_FOR_TWO = "galil"
APPROVED_FIRST = ("earlier-role-play", "omer")

VIP = "★"

_PARTICIPANTS = {
    "conference": """
        רונית כהן★, אבי שמיר, יוסי אזולאי, תמר גרין, Daniel Weiss, מאיה רוזן, איתן בר,
        שרה אברהם, Avi Shamir★, ליאור פרץ, הדס לב, גיא סבן, Nina Petrova, רותם שחר, עומר דיין,
        יעל כץ, נדב אלוני★, מירב טל, אורן חדד, Sofia Marino, ענת רביב, דורון נחום, שני מלכה,
        אסף גולדברג, קרן אור★, Tom Becker, ליאת עמר, אלון שגב, מורן ביטון, יובל נוי,
        Fatima Haddad, ניר אשכנזי, דפנה רון★, עידו מור, הילה צור, Jean-Luc Moreau, שירי אדלר,
        רועי בן דוד, גלית סלע, תום ארד, אביגיל שטרן★, מתן זיו, Leila Nasser, אופיר גל,
        ורד קליין, בועז רם, סיון לביא, James O'Neill, אילנה פולק★, עדי חן, צביקה הראל,
        נטע ישראלי, Aisha Khalil, שלומי דהן, רינת עוז, יונתן פלד★, טליה אשר, Marek Novak,
        אורית נבון, חיים גפן
    """,
    "launch": """
        רונית כהן★, Daniel Weiss, תמר גרין, גיא סבן, יעל כץ, Sofia Marino, קרן אור★, אלון שגב,
        עידו מור, Leila Nasser, עדי חן, חיים גפן
    """,
    "kickoff": """
        Emma Clarke★, Oliver Grant, שחר לוין, Priya Shah, Jack Turner, עינב סופר★, Chloe Evans,
        Ben Ward, דביר אלמוג, Hannah Price
    """,
}


class Person(NamedTuple):
    """A participant of an event."""

    first_name: str
    last_name: str
    is_vip: bool


def email(key: str) -> str:
    """The address of a profile, which is that of its account in EventFlow as well."""
    return f"{key}@{PROFILES[key].organization}.example"


def participants(event: str) -> list[Person]:
    """The invited people of the event, in a fixed order."""
    people = []
    for name in _PARTICIPANTS[event].split(","):
        first_name, last_name = name.strip().rstrip(VIP).split(" ", 1)
        people.append(Person(first_name, last_name, name.strip().endswith(VIP)))
    return people


def identify(kind: str, key: str) -> UUID:
    """The identifier of a thing of the demo: the same on every machine and each time."""
    return uuid5(_NAMESPACE, f"{kind}/{key}")
