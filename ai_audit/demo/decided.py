"""The demo's suggestions that have been decided, over the weeks before it is loaded.

Data only; the forms are in `shapes`. What was executed stands in the programme as it says.
"""

from datetime import timedelta

from ai_audit.demo.programme import DINING, LOUNGE, MAIN, B
from ai_audit.demo.shapes import (
    At,
    Create,
    Delete,
    Odd,
    Update,
    approved,
    executed,
    failed,
    rejected,
    session_id,
)
from eventflow.text.bidi import isolate, ltr

_days = [timedelta(days=n) for n in range(40)]
_SOON, _LATER, _NEXT_DAY = timedelta(minutes=12), timedelta(hours=5), timedelta(hours=26)


def _taken(room: str, title: str, span: str) -> str:
    return f"{isolate(room)} תפוס: «{isolate(title)}», {ltr(span)}."


EXECUTED = [
    Update(
        key="security-to-room-b",
        by="michal",
        ago=_days[28],
        session="security",
        changes={"room": B},
        before={"room": LOUNGE, "current_count": 0},
        reasoning="בטרקלין אין מסך.",
        decision=executed("noa", _SOON),
    ),
    Create(
        key="group-photo",
        by="yoav",
        ago=_days[24],
        proposed={
            "title": "צילום קבוצתי",
            "start_time": At(3, "14:45"),
            "end_time": At(3, "15:00"),
            "room": MAIN,
            "max_capacity": 400,
        },
        reasoning="כולם באולם הראשי ממילא.",
        decision=executed("noa", _LATER),
    ),
    Delete(
        key="no-karaoke",
        by="amit",
        ago=_days[9],
        session="karaoke",
        reason="אין נרשמים.",
        reasoning="המפגש ריק והטרקלין דרוש להקמה.",
        decision=executed("noa", _NEXT_DAY),
    ),
    Update(
        key="live-has-a-speaker",
        by="michal",
        ago=_days[17],
        session="live",
        changes={"speaker_name": "Alex Petrov", "speaker_title": "Broadcast engineer"},
        before={"speaker_name": "טרם נקבע", "speaker_title": None, "current_count": 4},
        reasoning="המרצה אישר את השתתפותו.",
        decision=executed("noa", _SOON),
    ),
    Update(
        key="crisis-after-lunch",
        by="noa",
        ago=_days[12],
        session="crisis",
        changes={"start_time": At(2, "13:45", "Z"), "end_time": At(2, "14:45", "Z")},
        before={"start_time": At(2, "16:45", "Z"), "end_time": At(2, "17:45", "Z")},
        reasoning="להקדים, כדי שהאולם יתפנה להקמת ארוחת הערב.",
        decision=executed("noa", _SOON),
    ),
    Update(
        key="pipeline-for-twenty",
        by="omer",
        event="kickoff",
        ago=_days[8],
        session="pipeline",
        changes={"max_capacity": 20},
        before={"max_capacity": 12},
        reasoning="Camden has twenty chairs.",
        decision=executed("dana", _LATER),
    ),
]

FAILED = [
    Create(
        key="press-in-the-main-hall",
        by="yoav",
        ago=_days[15],
        proposed={
            "title": "מסיבת עיתונאים",
            "start_time": At(1, "10:45", "space"),
            "end_time": At(1, "11:15", "space"),
            "room": MAIN,
            "speaker_name": "נועה שפירא",
            "max_capacity": 80,
        },
        reasoning="האולם היה פנוי בזמן הבדיקה.",
        decision=failed("noa", _NEXT_DAY, _taken(MAIN, "Keynote: What next?", "10:45–11:15")),
    ),
    Delete(
        key="no-karaoke-again",
        by="michal",
        ago=_days[8],
        session="karaoke",
        reason="לבקשת המפיק.",
        reasoning="המפגש כבר אינו נחוץ.",
        decision=failed("noa", _LATER, "המפגש שההצעה עוסקת בו כבר אינו בתוכנייה."),
    ),
    Update(
        key="reveal-on-the-roof",
        by="amit",
        event="launch",
        ago=_days[5],
        session="reveal",
        changes={"room": "גג", "start_time": At(1, "09:45"), "end_time": At(1, "10:30")},
        reasoning="האור על הגג יפה יותר בבוקר.",
        decision=failed("noa", _SOON, _taken("גג", "התכנסות וקפה", "09:30–10:00")),
    ),
]

REJECTED = [
    Create(
        key="late-party",
        by="yoav",
        ago=_days[20],
        proposed={
            "title": "After party",
            "start_time": At(2, "22:30"),
            "end_time": At(3, "02:00"),
            "room": DINING,
            "speaker_name": "DJ Noam",
            "max_capacity": 120,
            "description": "עד שהמוזיקה נגמרת.",
        },
        vip_affected=True,
        reasoning="משתתפים שאלו מה קורה אחרי הארוחה.",
        decision=rejected("noa", _LATER, "חורג משעות השכירות של המקום."),
    ),
    Delete(
        key="no-keynote",
        by="amit",
        ago=_days[14],
        session="keynote",
        reason="ביקשו לקצר את היום הראשון.",
        vip_affected=True,
        reasoning="המפגש הקצר ביותר ביום הראשון.",
        decision=rejected("noa", _SOON, "על ה־Keynote לא מוותרים."),
    ),
    Odd(
        key="assign-a-track",
        by="michal",
        ago=_days[11],
        action_type="track_assign",
        content={"schedule_ids": [session_id("data"), session_id("crm")], "track": "Data"},
        decision=rejected("noa", _NEXT_DAY, "שינוי מסלול נעשה ידנית."),
    ),
    Update(
        key="earlier-gala",
        by="yoav",
        ago=_days[6],
        session="gala",
        changes={"start_time": At(2, "18:30", "offset")},
        found=None,
        reasoning="שיהיה זמן לנאומים.",
        decision=rejected("noa", _SOON),
    ),
    Odd(
        key="a-session-from-elsewhere",
        by="amit",
        ago=_days[4],
        action_type="schedule_delete",
        content={
            "schedule_id": session_id("farewell"),
            "current_state": None,
            "proposed_state": None,
            "reason": "כפילות",
            "vip_affected": False,
            "reasoning": "",
        },
        decision=rejected("noa", _SOON, "המפגש שייך לארגון אחר."),
    ),
    Odd(
        key="assign-a-participant",
        by="omer",
        event="kickoff",
        ago=_days[3],
        action_type="participant_assign",
        content={"participant": "Priya Shah", "schedule_id": session_id("pipeline")},
        decision=rejected("dana", _LATER, "She decides that herself."),
    ),
]

APPROVED = [
    Update(
        key="more-seats-for-no-code",
        by="michal",
        ago=_days[3],
        session="no-code",
        changes={"max_capacity": 45},
        reasoning="נוספו חמישה כיסאות.",
        decision=approved("noa", _NEXT_DAY),
    ),
    Create(
        key="launch-rehearsal",
        by="noa",
        event="launch",
        ago=_days[4],
        proposed={
            "title": "חזרה גנרלית עם הצוות",
            "start_time": At(1, "14:30"),
            "end_time": At(1, "15:30"),
            "room": "Studio",
            "max_capacity": 15,
        },
        reasoning="הסטודיו פנוי אחרי השאלות והתשובות.",
        decision=approved("noa", _LATER),
    ),
    Delete(
        key="no-morning-run",
        by="yoav",
        ago=_days[2],
        session="run",
        reason="צפוי גשם.",
        reasoning="התחזית לאותו בוקר: סופות.",
        decision=approved("noa", _SOON),
    ),
]

DECIDED = EXECUTED + FAILED + REJECTED + APPROVED
