"""Which session is named: Python and PostgreSQL read every spelling alike, and any other JSON."""

import json
import re
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ai_audit.models import Suggestion
from ai_audit.proposals.naming import identifier, named_session, named_session_sql
from tests import factories as f

pytestmark = pytest.mark.django_db

NAMED = UUID("0a1b2c3d-4e5f-6789-abcd-ef0123456789")
HEX = NAMED.hex
GROUPED = "-".join(re.findall("....", HEX))

SPELLED = {
    "dashed": str(NAMED),
    "undashed": HEX,
    "upper case": HEX.upper(),
    "mixed case": str(NAMED).title(),
    "in braces": f"{{{NAMED}}}",
    "in braces, undashed": f"{{{HEX}}}",
    "a dash after each four": GROUPED,
    "some dashes": f"{HEX[:4]}-{HEX[4:]}",
    "a URN": f"urn:uuid:{NAMED}",
    "a URN in upper case": f"URN:UUID:{NAMED}".upper(),
    "a URN with braces": f"urn:uuid:{{{NAMED}}}",
}
NOT_SPELLED = {
    "empty": "",
    "one digit short": HEX[:-1],
    "one digit more": HEX + "0",
    "no digit": HEX[:-1] + "g",
    "blank before": f" {HEX}",
    "blank behind": f"{HEX} ",
    "line break behind": f"{HEX}\n",
    "one brace": f"{{{HEX}",
    "the other brace": f"{HEX}}}",
    "braces around a URN": f"{{urn:uuid:{NAMED}}}",
    "two dashes": f"{HEX[:8]}--{HEX[8:]}",
    "a dash behind": f"{HEX}-",
    "a dash inside of four": f"{HEX[:2]}-{HEX[2:]}",
    "wide digits": HEX.replace("0", "\uff10"),
    "Arabic digits": HEX.replace("0", "\u0660"),
    "a direction mark": f"\u200f{HEX}",
    "a dotted capital I": f"urn:uu\u0130d:{NAMED}",
    "in quotes": f'"{HEX}"',
    "escaped": HEX.replace("0", "\\u0030"),
}
CONTENT = {
    "absent": {},
    "null": {"schedule_id": None},
    "a number of 32 digits": {"schedule_id": 11111111111111111111111111111111},
    "true": {"schedule_id": True},
    "a list": {"schedule_id": [HEX]},
    "an object": {"schedule_id": {"id": HEX, "schedule_id": HEX}},
    "only the state’s": {"current_state": {"id": HEX}, "changes": {"schedule_id": HEX}},
    "another key": {"Schedule_id": HEX, "schedule_ids": [HEX]},
    "no object": [{"schedule_id": HEX}],
    "a text": HEX,
    "nothing": None,
    "very long": {"schedule_id": HEX * 5000},
}


def in_sql(content) -> UUID | None:
    ((found,),) = f.run(
        f"select {named_session_sql('c.content')} from (select %s::jsonb as content) as c",
        json.dumps(content),
    )
    return found


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_uuid_spellings(spelled):
    content = {"schedule_id": spelled}

    assert named_session(content) == in_sql(content) == NAMED


@pytest.mark.parametrize("spelled", NOT_SPELLED.values(), ids=NOT_SPELLED)
def test_uuid_lookalikes(spelled):
    content = {"schedule_id": spelled}

    assert named_session(content) is in_sql(content) is None


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
def test_other_content_names_none(content):
    assert named_session(content) is in_sql(content) is None


# Texts that are nearly one: pieces of spellings, put together and cut anywhere.
pieces = st.sampled_from(
    [
        *SPELLED.values(),
        *NOT_SPELLED.values(),
        HEX[:4],
        "-",
        "{",
        "}",
        "urn:",
        "uuid:",
        " ",
        "é",
        "0",
    ]
)
nearly = st.lists(pieces, max_size=10).map("".join)
cut = st.tuples(nearly, st.integers(0, 40), st.integers(0, 80)).map(lambda t: t[0][t[1] : t[2]])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | nearly | cut | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("schedule_id"), inner),
    max_leaves=4,
)


@given(content=values | st.fixed_dictionaries({"schedule_id": values}))
def test_python_and_sql_read_alike(content):
    assert named_session(content) == in_sql(content)


@given(spelled=nearly | cut)
def test_uuid_spellings_as_postgresql(spelled):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select %s::text::uuid", [spelled])
            taken = cursor.fetchone()[0]
    except DatabaseError:
        taken = None

    urn = spelled[:4].lower() == "urn:"
    assert identifier(spelled) == taken or urn


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
@pytest.mark.parametrize("action_type", ["schedule_delete", "schedule_update"])
def test_urgency_order_for_any_id_spelling(event, suggest, action_type, spelled):
    soon = f.session(event=event, id=NAMED, start=f.at(9))
    later = suggest(f.create_data(start_time="2038-01-30T12:00"))
    named = suggest({"schedule_id": spelled, "current_state": None}, action_type)

    assert soon.pk == NAMED
    order = Suggestion.objects.pending().most_urgent_first().values_list("pk", flat=True)
    assert list(order) == [named.pk, later.pk]
