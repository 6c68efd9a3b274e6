"""Sentences as code and parameters: told again in the language of whoever reads."""

import json
from importlib import import_module

import pytest
from django.conf import settings
from django.utils import translation

from ai_audit.proposals import fields
from eventflow.text import sentences
from eventflow.text.bidi import isolate, ltr
from eventflow.text.sentences import Sentence
from scheduling import times

TAKEN = {
    "code": "room_taken",
    "room": "Hall",
    "sessions": [
        "Asia/Jerusalem",
        ["Opening", "2038-01-30T07:00:00+00:00", "2038-01-30T08:00:00+00:00"],
    ],
}
ENGLISH = (
    f"{isolate('Hall')} is taken by “{isolate('Opening')}” (30 Jan 2038, {ltr('09:00–10:00')})."
)
HEBREW = (
    f"החדר «{isolate('Hall')}» תפוס על ידי «{isolate('Opening')}»"
    f" (30 ינו 2038, {ltr('09:00–10:00')})."
)

CODES = [
    "account_away",
    "account_begin_again",
    "account_busy",
    "account_captcha",
    "account_inactive",
    "account_no_codes",
    "account_no_passwords",
    "account_no_profile",
    "account_not_understood",
    "account_superuser",
    "account_too_many",
    "account_too_many_codes",
    "account_unconfirmed",
    "approved_anew",
    "approver_left",
    "bad_time",
    "blank",
    "chooses_identifier",
    "deleted_softly",
    "empty",
    "end_before_start",
    "ends_too_early",
    "ends_too_early_now",
    "field_missing",
    "field_not_read",
    "from_elsewhere",
    "gone",
    "here_again",
    "hidden_by_policy",
    "is_empty",
    "missing",
    "no_address",
    "no_approver",
    "no_boolean",
    "no_change",
    "no_effect",
    "no_event",
    "no_host",
    "no_named_zone",
    "no_object",
    "no_room_backwards",
    "no_session",
    "no_such_time",
    "no_text",
    "no_text_of_time",
    "no_time",
    "no_time_of_day",
    "no_zone",
    "not_accepted",
    "not_all_read",
    "not_kept",
    "not_kept_new",
    "not_readable",
    "not_shown",
    "not_whole",
    "nothing_done_here",
    "number_too_long",
    "of_another_event",
    "other_event",
    "other_offset",
    "other_organization",
    "other_session",
    "points_nowhere",
    "refused_by_policy",
    "replaced",
    "room_taken",
    "room_taken_then",
    "staff_inactive",
    "staff_name_taken",
    "staff_no_organization",
    "staff_no_profile",
    "staff_no_user_name",
    "staff_other_profile",
    "staff_several_profiles",
    "still_held",
    "still_referred_to",
    "together",
    "too_deep",
    "too_large",
    "too_large_to_read",
    "too_long",
    "too_many_days",
    "turns_text",
    "unsupported",
    "user_in_address",
    "year",
]


def test_sentence_retold_in_readers_language():
    told = {}
    for language in ("en", "he"):
        with translation.override(language):
            told[language] = sentences.retold(json.loads(json.dumps([TAKEN])))

    assert told == {"en": ENGLISH, "he": HEBREW}


def test_sentence_nested_kept_and_retold():
    with pytest.raises(times.BadTime) as bad:
        times.parse("2026-01-30", zone=times.zone(None))
    said = fields._BAD_TIME(field="start_time", value="2026-01-30", reason=bad.value.reason)

    kept = sentences.kept([said, "as it was typed"])

    assert kept == [
        {
            "code": "bad_time",
            "field": "start_time",
            "value": "2026-01-30",
            "reason": {"code": "no_time_of_day"},
        },
        "as it was typed",
    ]
    assert sentences.retold(kept) == (
        "“Start” was given as “2026-01-30”. That is a date without a time of day. as it was typed"
    )


def deep(levels):
    kept = {"code": "missing"}
    for _level in range(levels):
        kept = {"code": "not_readable", "why": kept}
    return kept


@pytest.mark.parametrize(
    "kept",
    [
        None,
        7,
        "missing",
        {"code": "missing"},
        [7],
        [None],
        [[]],
        [{}],
        [{"code": "unheard of"}],
        [{"code": []}],
        [{"code": "room_taken", "room": "Hall"}],
        [TAKEN | {"sessions": []}],
        [TAKEN | {"sessions": 7}],
        [TAKEN | {"sessions": ["UTC", ["Opening", "one", "two"]]}],
        [TAKEN | {"sessions": ["UTC", ["Opening"]]}],
        [TAKEN | {"sessions": ["UTC", None]}],
        [{"code": "blank", "field": "unheard of"}],
        [deep(5000)],
        [{"code": "missing"}, {"code": "unheard of"}],
    ],
)
def test_sentence_untellable_is_empty(kept):
    assert sentences.retold(kept) == ""


def test_sentence_codes_frozen():
    """What is written there stays: a code may be added here, and none is taken away."""
    # Whatever has sentences is known by then, also what is only reached by its name.
    for name in (settings.ROOT_URLCONF, "scheduling.access.accounts"):
        import_module(name)
    assert sorted(sentences._BY_CODE) == CODES


def test_sentence_codes_unique():
    with pytest.raises(ValueError, match="two sentences are called missing"):
        Sentence("missing", "Something else.")
