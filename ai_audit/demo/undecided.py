"""The demo's suggestions that wait for a decision: clean ones, clashes, and odd ones.

And what people said of these. Data only; the forms are in `shapes`.
"""

from datetime import timedelta

from ai_audit.demo.programme import LOUNGE, MAIN, A, B
from ai_audit.demo.shapes import At, Create, Delete, Odd, Said, Update, event_id, session_id
from ai_audit.models import ActKind

_hours = [timedelta(hours=n) for n in range(80)]

CLEAN = [
    Delete(
        key="drop-the-round-table",
        by="yoav",
        ago=_hours[5],
        session="roundtable",
        reason="מעט נרשמים ביחס לאולם, והמנחה ביקשה לוותר.",
        vip_affected=True,
        reasoning="המפגש חופף לזמן הביקור של אורחי הכבוד, ולכן מוצע לבטל אותו.",
    ),
    Create(
        key="farewell-coffee",
        by="amit",
        ago=_hours[9],
        proposed={
            "title": "קפה ועוגה לפרידה",
            "start_time": At(3, "15:30", "space"),
            "end_time": At(3, "16:00", "space"),
            "room": LOUNGE,
            "is_break": True,
        },
        found=None,
        reasoning="ביום השלישי אין הפסקה אחרי שעה 13:30.",
    ),
    Update(
        key="contracts-without-draft",
        by="michal",
        ago=_hours[20],
        session="contracts",
        changes={"max_capacity": 45, "materials_url": None},
        reasoning="המרצה ביקש להסיר את הטיוטה מהאתר ולצמצם את הקבוצה.",
    ),
    Update(
        key="green-to-the-lounge",
        by="noa",
        ago=_hours[26],
        session="green",
        changes={"room": LOUNGE},
        says_changes=False,
        reasoning="A smaller room suits ten people better; הטרקלין פנוי באותה שעה.",
    ),
    Create(
        key="unconference",
        by="michal",
        ago=_hours[31],
        proposed={
            "title": "Unconference: השאלות שלא נשאלו",
            "start_time": At(3, "13:45", "offset"),
            "end_time": At(3, "14:30", "offset"),
            "room": A,
            "speaker_name": "מיכל לוי",
            "max_capacity": 40,
            "description": "המשתתפים מעלים נושאים ומחליטים במקום.",
        },
        reasoning="חדר A פנוי אחרי ארוחת הצהריים של היום האחרון.",
    ),
    Update(
        key="earlier-role-play",
        by="omer",
        event="kickoff",
        ago=_hours[14],
        session="roleplay",
        changes={"start_time": At(2, "10:45", "Z"), "end_time": At(2, "11:45", "Z")},
        reasoning="Gives people a longer lunch before the afternoon meetings.",
    ),
]

CLASHES = [
    Update(
        key="ai-field-to-the-main-hall",
        by="michal",
        ago=_hours[2],
        session="ai-field",
        changes={
            "room": MAIN,
            "start_time": At(1, "09:15"),
            "end_time": At(1, "10:45"),
            "max_capacity": 60,
        },
        before={"max_capacity": 30},
        found={"speaker": ("panel",)},
        vip_affected=True,
        reasoning="הזזת הסדנה לאולם הראשי כדי לאפשר ליותר משתתפים להצטרף.",
    ),
    Create(
        key="ask-ruth",
        by="yoav",
        ago=_hours[7],
        proposed={
            "title": "Ask me anything: שעה עם ד״ר כהן",
            "start_time": At(2, "11:30"),
            "end_time": At(2, "12:15"),
            "room": LOUNGE,
            "speaker_name": "Dr. Ruth Cohen",
            "max_capacity": 50,
        },
        found={"room": ("coffee-2",)},
        reasoning="ביקוש גבוה בעקבות ה־Keynote.",
    ),
    Update(
        key="numbers-in-camden",
        by="omer",
        event="kickoff",
        ago=_hours[30],
        session="numbers",
        changes={
            "room": "Camden",
            "start_time": At(1, "11:30"),
            "end_time": At(1, "12:30"),
        },
        found={"room": ("pipeline",)},
        reasoning="Thames is needed for the sound check.",
    ),
]

ODD = [
    Create(
        key="markup",
        by="amit",
        ago=_hours[11],
        proposed={
            "title": '<script>alert("שלום")</script> סדנה <b>פתוחה לכולם</b> & more',
            "start_time": At(3, "13:45"),
            "end_time": At(3, "14:30"),
            "room": B,
            "speaker_name": "\u200fגל <img src=x onerror=alert(1)>",
            "max_capacity": 12,
            "description": "תיאור ארוך מאוד, very long text. " * 300,
        },
        found=None,
        reasoning="<a href='javascript:alert(2)'>למה לא?</a> " + "כי אפשר. " * 400,
    ),
    Create(
        key="no-end",
        by="yoav",
        ago=_hours[16],
        proposed={
            "title": "מפגש בוגרים",
            "start_time": At(2, "18:00"),
            "room": B,
            "max_capacity": 60,
        },
        reasoning="בקשה של ועד הבוגרים.",
    ),
    Odd(
        key="a-list",
        by="amit",
        ago=_hours[22],
        action_type="schedule_create",
        content=["schedule_create", {"title": "הרצאה נוספת", "start_time": At(2, "18:30")}],
    ),
    Odd(
        key="assign-a-room",
        by="michal",
        ago=_hours[28],
        action_type="room_assign",
        content={
            "schedule_id": session_id("privacy"),
            "room_id": "A-12",
            "room_name": A,
            "reasoning": "חדר A גדול יותר וקרוב לכניסה.",
        },
    ),
    Create(
        key="no-event",
        by="noa",
        event=None,
        ago=_hours[40],
        proposed={
            "title": "מפגש תכנון לכנס הבא",
            "start_time": At(3, "16:30"),
            "end_time": At(3, "17:30"),
            "room": B,
            "speaker_name": "נועה שפירא",
            "max_capacity": 12,
        },
        reasoning="נשאל בשיחה כללית, בלי לבחור אירוע.",
    ),
    Update(
        key="earlier-karaoke",
        by="yoav",
        ago=timedelta(days=8, hours=1),
        session="karaoke",
        changes={"start_time": At(2, "16:30"), "end_time": At(2, "17:30")},
        reasoning="כדי שלא יתנגש עם ההכנות לארוחת הערב.",
    ),
    Update(
        key="into-another-event",
        by="amit",
        ago=_hours[70],
        session="speed",
        changes={"event_id": event_id("kickoff"), "room": "Thames"},
        reasoning="Move it to the London event.",
    ),
]

UNDECIDED = CLEAN + CLASHES + ODD

# In its order; `ago` is before the day began.
SAID = [
    # It waits for an answer, and for more than a day: so it is back in its tab.
    Said(
        about="unconference",
        by="noa",
        kind=ActKind.ASKED,
        ago=timedelta(hours=30),
        text="מיכל, מי ינחה את זה אם אף אחד לא מעלה נושא? בלי מנחה עדיף לוותר.",
    ),
    Said(
        about="contracts-without-draft",
        by="noa",
        kind=ActKind.ASKED,
        ago=timedelta(hours=19),
        text="האם המרצה ביקש גם להוריד את המצגת, או רק את הטיוטה?",
    ),
    Said(
        about="contracts-without-draft",
        by="noa",
        kind=ActKind.NOTE,
        ago=timedelta(hours=18),
        text="מיכל ענתה בטלפון: רק את הטיוטה. The slides stay.\nאפשר לאשר.",
    ),
]
