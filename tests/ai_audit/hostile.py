"""Values no honest program writes, for the tests of what reads untrusted JSON."""

from hypothesis import strategies as st

from ai_audit.proposals.fields import SETTABLE


def nested(depth):
    value = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"title": value, "id": value}
    return value


_ODD_TEXT = st.sampled_from(
    [
        "11111111-aaaa-4111-8111-111111111111",
        "22222222-aaaa-4222-8222-222222222222",
        "33333333-aaaa-4333-8333-333333333333",
        "2026-01-30T11:15:00",
        "2026-01-30T12:45:00Z",
        "2026-03-27T02:30",
        "infinity",
        "https://example.org",
        "javascript:x",
        "",
        "\ud800",
        "\x00",
        "x" * 501,
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**4000)
    | st.floats()
    | st.text(max_size=20)
    | _ODD_TEXT
)
_KEYS = st.text(max_size=5) | st.sampled_from(
    [
        *SETTABLE,
        "id",
        "event_id",
        "schedule_id",
        "organization_id",
        "changes",
        "current_state",
        "proposed_state",
        "conflicts_detected",
        "vip_affected",
        "reasoning",
    ]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=8),
    max_leaves=25,
)
