"""The demo's events and their sessions. Data, and when it all is; no writing.

Each session stands in one row: key, start and end, room, title, speaker, capacity, how many are
registered, track. Times are the event's local ones. Some names are spelled as people spell them
when they type: see the second talk of Dr. Ruth Cohen.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from scheduling import times


class EventRow(NamedTuple):
    """An event; it begins `ahead` days from the day of loading, or soon after."""

    organization: str
    name: str
    ahead: int
    days: int
    opens: str
    closes: str
    zone: str = "Asia/Jerusalem"


EVENTS = {
    "conference": EventRow("bama", "הכנס השנתי להפקת אירועים", 10, 3, "06:30", "22:00"),
    "launch": EventRow("bama", "Product launch: EventFlow 3", 24, 1, "09:30", "16:00"),
    "kickoff": EventRow("galil", "Sales Kickoff London", 17, 2, "09:00", "18:00", "Europe/London"),
}

MAIN, A, B, LOUNGE, DINING = "אולם ראשי", "חדר A", "חדר B", "טרקלין", "מסעדה"

CRAFT, TECH, CROWD, PAUSE = "הפקה וניהול", "טכנולוגיה", "קהל וקהילה", "הפסקות וארוחות"
TRACK_COLORS = {CRAFT: "#417690", TECH: "#7a4fb5", CROWD: "#1d6b3a", PAUSE: "#888888"}

CONFERENCE_1 = [
    ("opening", "09:00-09:45", MAIN, "טקס פתיחה", None, 400, 58, CROWD),
    ("coffee-1", "09:45-10:15", LOUNGE, "הפסקת קפה", None, None, 0, PAUSE),
    ("panel", "10:15-11:00", B, "Panel: מה השתבש ומה למדנו", "מיכל לוי", 60, 12, CRAFT),
    ("keynote", "10:45-11:15", MAIN, "Keynote: What next?", "Dr. Ruth Cohen", 400, 31, TECH),
    ("ai-field", "11:15-12:45", A, "סדנה: בינה מלאכותית בשטח", "מיכל לוי", 40, 34, TECH),
    ("security", "11:30-12:45", B, "אבטחת מידע, לא רק למומחים", "Eli Ben-Ami", 60, 11, TECH),
    ("hybrid", "11:30-12:30", MAIN, "כנס היברידי: שני קהלים, במה אחת", "נטע גל", 400, 9, CRAFT),
    ("lunch-1", "12:45-13:45", DINING, "ארוחת צהריים", None, 120, 55, PAUSE),
    ("sponsors", "13:45-14:30", MAIN, "Sponsors 101: גיוס חסויות", "Tal Amir", 400, 17, CRAFT),
    ("budget", "13:45-14:45", A, "תקציב אירוע: 100% שליטה", "רו״ח גילה מור", 40, 16, CRAFT),
    ("access", "13:45-14:30", B, "נגישות באירועים: מעבר לרמפה", "אורי שדה", 60, 13, CROWD),
    ("roundtable", "14:45-15:30", LOUNGE, "שולחן עגול: מנהלות מספרות", "Tal Amir", 30, 18, CROWD),
    ("coffee-1b", "15:30-16:00", LOUNGE, "קפה ומאפה", None, None, 0, PAUSE),
    ("data", "16:00-17:00", MAIN, "דאטה בלי דרמה: מדידת הצלחה", "Dr. Amal Khoury", 400, 22, TECH),
    ("crm", "16:00-17:00", A, "סדנת CRM: from leads to guests", "Eli Ben-Ami", 40, 14, TECH),
    ("checkin", "16:00-16:45", B, "צ׳ק־אין בלי תורים: QR או NFC?", "יעל ברנע", 60, 8, TECH),
    ("evening", "20:00-22:00", DINING, "ערב חברתי", None, 120, 36, CROWD),
]
CONFERENCE_2 = [
    ("yoga", "07:30-08:15", None, "יוגה על הדשא", "Tal Amir", 25, 9, CROWD),
    ("plenary", "09:00-10:00", MAIN, "מליאה: קהילה לפני קהל", "פרופ׳ אבי שמיר", 400, 54, CROWD),
    ("coffee-2", "10:00-10:30", LOUNGE, "הפסקת קפה", None, None, 0, PAUSE),
    ("needs", "10:45-11:45", MAIN, "Panel: מי צריך במה?", "dr. ruth cohen ", 400, 19, CROWD),
    ("signs", "10:45-12:15", A, "סדנת עיצוב: שלטים שאפשר לקרוא", "יעל ברנע", 30, 20, CRAFT),
    ("contracts", "10:45-11:30", B, "חוזים עם ספקים", "עו״ד דן גולן", 60, 14, CRAFT),
    ("podcast", "12:00-12:45", B, "פודקאסט חי: «מאחורי הקלעים»", "נטע גל", 60, 15, CROWD),
    ("lunch-2", "12:45-13:45", DINING, "ארוחת צהריים", None, 120, 52, PAUSE),
    ("crisis", "13:45-14:45", MAIN, "ניהול משבר: כשהחשמל נופל", "אורי שדה", 400, 24, CRAFT),
    ("sound", "13:45-14:45", A, "Sound check: מוזיקה לאירועים קטנים", "DJ Noam", 20, 23, CRAFT),
    ("green", "13:45-14:30", B, "אירוע ירוק: 0% פלסטיק", "ד״ר הילה רגב", 60, 10, CRAFT),
    ("karaoke", "17:00-18:00", LOUNGE, "קריוקי לצוות", None, 40, 0, CROWD),
    ("speed", "15:00-16:00", LOUNGE, "Speed networking", None, 80, 28, CROWD),
    ("no-code", "15:00-16:30", A, "No-code לצוותי הפקה", "מיכל לוי", 40, 18, TECH),
    ("gala", "19:30-22:00", DINING, "ארוחת ערב חגיגית", None, 120, 57, PAUSE),
]
CONFERENCE_3 = [
    ("run", "06:30-07:15", None, "ריצת בוקר לאורך הטיילת", "רונן ביטון", 30, 7, CROWD),
    ("pitch", "09:00-10:00", MAIN, "Pitch battle: חמש דקות לכל אחד", "Maya Rosen", 400, 26, TECH),
    ("privacy", "09:00-09:45", B, "פרטיות: GDPR בעברית פשוטה", "עו״ד דן גולן", 60, 12, TECH),
    ("open", "09:00-10:30", LOUNGE, "Open space: אתם קובעים", None, 80, 17, CROWD),
    ("coffee-3", "10:30-11:00", LOUNGE, "הפסקת קפה", None, None, 0, PAUSE),
    ("live", "11:00-12:00", MAIN, "שידור חי בלי תקלות", "Alex Petrov", 400, 21, TECH),
    ("stage", "11:00-12:30", A, "סדנה: עמידה מול קהל", "רונן ביטון", 30, 24, CROWD),
    ("kids", "11:00-11:45", B, "אירועים למשפחות: גם הילדים אורחים", "שירה אלון", 60, 6, CROWD),
    ("lunch-3", "12:30-13:30", DINING, "ארוחת צהריים", None, 120, 49, PAUSE),
    ("awards", "13:45-14:45", MAIN, "טקס פרסי המפיקים", "Maya Rosen", 400, 44, CROWD),
    ("photo", "14:45-15:00", MAIN, "צילום קבוצתי", None, 400, 0, CROWD),
    ("closing", "15:00-15:30", MAIN, "מסיימים: מה לוקחים הביתה", "נועה שפירא", 400, 33, CROWD),
]
LAUNCH = [
    ("doors", "09:30-10:00", "גג", "התכנסות וקפה", None, 80, 0, PAUSE),
    ("reveal", "10:00-10:45", "Studio", "EventFlow 3: מה חדש", "נועה שפירא", 60, 12, TECH),
    ("hands-on", "11:00-12:30", "Studio", "Hands-on: בונים תוכנייה בשעה", "מיכל לוי", 40, 10, TECH),
    ("lunch-l", "12:30-13:30", "גג", "ארוחת צהריים על הגג", None, 80, 12, PAUSE),
    ("q-and-a", "13:30-14:15", "Studio", "שאלות ותשובות", "נועה שפירא", 60, 7, CROWD),
]
KICKOFF_1 = [
    ("welcome", "09:00-09:30", "Thames", "Welcome", "דנה פרידמן", 50, 10, CROWD),
    ("numbers", "09:30-10:30", "Thames", "The year in numbers", "Omer Katz", 50, 10, CRAFT),
    ("tea", "10:30-11:00", "Atrium", "Tea break", None, None, 0, PAUSE),
    ("pipeline", "11:00-12:30", "Camden", "Workshop: ניהול pipeline", "Omer Katz", 20, 6, CRAFT),
    ("lunch-k", "12:30-13:30", "Atrium", "Lunch", None, 60, 10, PAUSE),
]
KICKOFF_2 = [
    ("roadmap", "09:30-10:30", "Thames", "Roadmap: מה בדרך", "Priya Shah", 50, 9, TECH),
    ("roleplay", "11:00-12:00", "Camden", "Role play: hard questions", "Jack Turner", 20, 8, CROWD),
    ("farewell", "17:00-18:00", "Atrium", "Farewell drinks", None, 60, 10, PAUSE),
]

PROGRAMME: Mapping[tuple[str, int], Sequence[tuple[Any, ...]]] = {
    ("conference", 1): CONFERENCE_1,
    ("conference", 2): CONFERENCE_2,
    ("conference", 3): CONFERENCE_3,
    ("launch", 1): LAUNCH,
    ("kickoff", 1): KICKOFF_1,
    ("kickoff", 2): KICKOFF_2,
}

# What only some sessions have.
DETAILS: Mapping[str, Mapping[str, Any]] = {
    "opening": {"is_mandatory": True, "description": "ברכות, מוזיקה חיה והצגת התוכנייה."},
    "keynote": {"speaker_title": "Chief scientist, StageLab"},
    "ai-field": {
        "description": "עובדים על מקרים אמיתיים: שיבוץ, תמחור ומענה למשתתפים. להביא מחשב נייד.",
        "speaker_title": "מנהלת חדשנות",
    },
    "contracts": {"materials_url": "https://example.org/contracts-draft.pdf"},
    "plenary": {"speaker_title": "האוניברסיטה הפתוחה", "is_mandatory": True},
    "yoga": {"location": "הדשא המרכזי"},
    "run": {"location": "מפגש בכניסה הראשית"},
    "live": {"speaker_title": "Broadcast engineer"},
    "welcome": {"is_mandatory": True},
}

# Friday to Sunday: the weekend, wherever it is kept.
_WEEKEND = {4, 5, 6}


class SessionRow(NamedTuple):
    """A session, ready to be placed; `values` are fields of `Schedule`."""

    key: str
    event: str
    values: Mapping[str, Any]
    registered: int


def first_day(event: str, today: date) -> date:
    """The event's first day as of `today`: none of its days falls on a weekend."""
    row = EVENTS[event]
    first = today + timedelta(days=row.ahead)
    while any((first + timedelta(days=n)).weekday() in _WEEKEND for n in range(row.days)):
        first += timedelta(days=1)
    return first


def moment(event: str, day: int, clock: str, *, today: date) -> datetime:
    """The aware time at which the event's own clocks show `clock` on its `day` (from 1)."""
    on = first_day(event, today) + timedelta(days=day - 1)
    zone = times.zone(EVENTS[event].zone)
    return datetime.combine(on, time.fromisoformat(clock), tzinfo=zone)


def sessions(today: date) -> Iterator[SessionRow]:
    """Every session of every event."""
    for (event, day), rows in PROGRAMME.items():
        for key, clocks, room, title, speaker, capacity, registered, track in rows:
            start, end = clocks.split("-")
            values = {
                "title": title,
                "start_time": moment(event, day, start, today=today),
                "end_time": moment(event, day, end, today=today),
                "room": room,
                "speaker_name": speaker,
                "max_capacity": capacity,
                "is_break": track == PAUSE,
                "track": track,
                "track_color": TRACK_COLORS[track],
            }
            yield SessionRow(key, event, {**values, **DETAILS.get(key, {})}, registered)
