"""Reading the environment: each value is read right, or refused in a sentence without secrets."""

import base64
import json
import os
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from eventflow.environment import addresses, asking, variables
from tests.eventflow.environment.test_production import process

SECRET = "Zx9kQ"
RESERVED = ":/?#[]@!$&'()*+,;=%\\ \"<>^`{|}~"
URL = f"postgres://u:{SECRET}@db.example.org:5432/postgres"


def refusal(read, *arguments, **further) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        read(*arguments, **further)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    (sentence,) = str(caught.value).splitlines()
    assert SECRET not in sentence
    return sentence


def login(url) -> tuple:
    found, _ignored = addresses.database("DATABASE_URL", url)
    return tuple(found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME"))


@pytest.mark.parametrize(
    "special", [*RESERVED, RESERVED, "é", "סיסמה", "%2F", "[x]", "a@b:c/d?e#f"]
)
def test_password_encoded_read(special):
    password = f"{SECRET}{special}{SECRET}"

    encoded = quote(password, safe="")
    assert login(f"postgres://{encoded}:{encoded}@db.example.org:6000/postgres") == (
        password,
        password,
        "db.example.org",
        "6000",
        "postgres",
    )
    mail = addresses.mail("EMAIL_URL", f"smtp+tls://{encoded}:{encoded}@mail.example.org:587")
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == (password, password)
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == ("mail.example.org", 587)


def read(reader, variable, url):
    """What is read, or the sentence that refuses."""
    try:
        return reader(variable, url)
    except ImproperlyConfigured as refusal:
        return str(refusal)


@pytest.mark.parametrize("special", [*RESERVED, RESERVED, "5432/", "?a=b", "@/", "/@", "#@", "%ff"])
@pytest.mark.parametrize("around", ["{0}{1}{0}", "{1}{0}", "{0}{1}"])
def test_password_unencoded_read_or_told(special, around):
    password = around.format(SECRET, special)
    where = f"u:{password}@example.org"

    for variable, found in (
        ("DATABASE_URL", read(addresses.database, "DATABASE_URL", f"postgres://{where}:6000/d")),
        ("DATABASE_URL", read(addresses.database, "DATABASE_URL", f"postgres://{where}/d?ssl=1")),
        ("EMAIL_URL", read(addresses.mail, "EMAIL_URL", f"smtp://{where}:25")),
    ):
        if isinstance(found, str):
            assert found.startswith(f"{variable} is not understood: ")
            assert "/ as %2F, ? as %3F, # as %23" in found
            assert SECRET not in found
        elif variable == "EMAIL_URL":
            assert (found["EMAIL_HOST_PASSWORD"], found["EMAIL_HOST"]) == (password, "example.org")
        else:
            assert (found[0]["PASSWORD"], found[0]["HOST"]) == (password, "example.org")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgresql://u:p@h/d", ("u", "p", "h", "", "d")),
        ("POSTGRES://u@h/d/", ("u", "", "h", "", "d")),
        ("postgres:///d", ("", "", "", "", "d")),
        ("postgres://u:p@[2001:db8::1]:6000/d", ("u", "p", "2001:db8::1", "6000", "d")),
        ("postgres://u:p@one:6000,two:6001/d", ("u", "p", "one,two", "6000,6001", "d")),
        ("postgres://u:p@one,two/d", ("u", "p", "one,two", "", "d")),
        ("postgres://u:p@%2Fvar%2Frun/d", ("u", "p", "/var/run", "", "d")),
        ("postgres://u:p@/d?host=/var/run", ("u", "p", "/var/run", "", "d")),
        ("postgres:////var/run/postgresql/d", ("", "", "/var/run/postgresql", "", "d")),
        ("postgres://h?user=u&password=p%26&dbname=d&port=6000", ("u", "p&", "h", "6000", "d")),
        ("postgres://postgres.ref:p@h/a%2Fb", ("postgres.ref", "p", "h", "", "a/b")),
    ],
)
def test_database_url_read(url, found):
    assert login(url) == found


@pytest.mark.parametrize(
    ("url", "beginning"),
    [
        (SECRET, "is not understood: it does not begin with postgres://."),
        (f"mysql://u:{SECRET}@h/d", "is not understood: it does not begin with postgres://."),
        (f'"postgres://u:{SECRET}@h/d"', "is not understood: it does not begin with postgres://."),
        (f"postgres://u:{SECRET}@h", "names no database."),
        (f"postgres://u:{SECRET}@h/", "names no database."),
        (f"postgres://u:{SECRET}@h/{'d' * 64}", "names a database as none can be called"),
        (f"postgres://u:{SECRET}@h/{SECRET}/d", "names a database as none can be called"),
        (f"postgres://u:{SECRET}@h:port/d", "is not understood: where its port should be"),
        (f"postgres://u:{SECRET}@h:65536/d", "is not understood: where its port should be"),
        (f"postgres://u:{SECRET}@h:{'9' * 5000}/d", "is not understood: where its port should"),
        (f"postgres://u:{SECRET}/d", "is not understood: where its port should be"),
        (f"postgres://u:{SECRET}@2001:db8::1/d", "is not understood: where its port should be"),
        (f"postgres://u:{SECRET}@h h/d", "is not understood: where its host should be"),
        (f"postgres://u:{SECRET}%00@h/d", "is not understood: what is percent-encoded"),
        (f"postgres://u:{SECRET}%ff@h/d", "is not understood: what is percent-encoded"),
        ("postgres://u:[YOUR-PASSWORD]@h/d", "still holds [YOUR-PASSWORD]."),
        (f"{URL}?schema=crm", ", option schema names another schema than public"),
        (f"{URL}?sslmode=on", ", option sslmode must be one of: disable, allow, prefer"),
        (f"{URL}?sslrootcert=/nowhere/{SECRET}", ", option sslrootcert names no file"),
        (f"{URL}?connect_timeout=long", ", option connect_timeout is 'long', which is no whole"),
        (f"{URL}?conn_max_age=-1", ", option conn_max_age is '-1', which is no whole number"),
        (f"{URL}?sslmod=require", "has an option sslmod that PostgreSQL does not know."),
        (f"{URL}?atomic_requests=true", "has an option atomic_requests that PostgreSQL does not"),
        (f"{URL}?{SECRET}!=1", "has an option that PostgreSQL does not know."),
    ],
)
def test_database_url_invalid(url, beginning):
    for variable in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "SUPERUSER_DATABASE_URL"):
        sentence = refusal(addresses.database, variable, url)
        assert sentence.startswith(
            f"{variable}{beginning if beginning[0] == ',' else ' ' + beginning}"
        )


DEFAULTS = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
OPTIONS = {
    "?pgbouncer=true": ({}, ["pgbouncer"]),
    "?schema=public": ({}, ["schema"]),
    "?pgbouncer=true&connection_limit=1&schema=public": (
        {},
        ["pgbouncer", "connection_limit", "schema"],
    ),
    "?prepareThreshold=0&supa=base-pooler.x": ({}, ["prepareThreshold", "supa"]),
    "?sslmode=require": ({"sslmode": "require"}, []),
    "?sslmode=verify-full&sslrootcert=system": (
        {"sslmode": "verify-full", "sslrootcert": "system"},
        [],
    ),
    f"?sslrootcert={quote(__file__)}": ({"sslrootcert": __file__}, []),
    "?ssl=true": ({"sslmode": "require"}, []),
    "?options=-c%20statement_timeout%3D5s": ({"options": "-c statement_timeout=5s"}, []),
    "?connect_timeout=5&application_name=a+b": (
        {"connect_timeout": "5", "application_name": "a+b"},
        [],
    ),
    **{f"?{name}=7": ({name: "7"}, []) for name in DEFAULTS},
    "?": ({}, []),
}


@pytest.mark.parametrize(
    "url",
    [
        "postgres://postgres:a%2Fb@db.example.co:5432/postgres?sslmode=require",
        "postgresql://db.example.co/postgres",
        "postgres://postgres@[2001:db8::1]:5432,other:5433/postgres",
        "postgres://postgres:old@/postgres?host=/run/postgresql&user=x&password=y&sslmode=prefer",
        "postgres:///postgres",
    ],
)
def test_database_url_with_other_login(url):
    before, _ = addresses.database("URL", url)
    user, password = "web.project", "p@:/?#%'"
    found, _ = addresses.database("URL", addresses.with_login(url, user=user, password=password))
    assert found == before | {"USER": user, "PASSWORD": password}


@pytest.mark.parametrize("asked", OPTIONS)
def test_database_options_passed_or_ignored(asked):
    found, ignored = addresses.database("DATABASE_URL", URL + asked)

    options, others = OPTIONS[asked]
    assert (found["OPTIONS"], ignored) == (DEFAULTS | options, others)


@pytest.mark.parametrize(
    ("said", "found"),
    [("true", True), (" Yes ", True), ("1", True), ("on", True), ("", False), (" ", False)]
    + [(no, False) for no in ("false", "NO", "0", "off")],
)
def test_yes_and_no_are_read(monkeypatch, said, found):
    monkeypatch.setenv("REQUIRE_2FA", said)

    assert variables.truth("REQUIRE_2FA") is found


@pytest.mark.parametrize("said", ["enabled", "2", "truee", "כן", "none", SECRET * 3])
def test_boolean_invalid(monkeypatch, said):
    monkeypatch.setenv("REQUIRE_2FA", said)

    sentence = refusal(variables.truth, "REQUIRE_2FA")

    told = repr(said) if len(said) < 13 else "something"
    assert sentence.startswith(f"REQUIRE_2FA is {told}, which is neither true nor false.")


@pytest.mark.parametrize("said", ["", "one", "-1", "1.5", "²", "١", "+1", "1e3", SECRET * 3])
def test_whole_number_invalid(said):
    sentence = refusal(variables.whole_number, "PROXY_COUNT", said, most=100)

    told = repr(said) if len(said) < 13 else "something"
    assert sentence.startswith(f"PROXY_COUNT is {told}, which is no whole number.")


def test_whole_numbers_are_read_up_to_a_limit():
    assert variables.whole_number("PROXY_COUNT", "2", most=100) == 2
    for said in ("101", "9" * 5000):
        assert "100 is the most" in refusal(variables.whole_number, "PROXY_COUNT", said, most=100)


def test_seconds_are_read(monkeypatch):
    monkeypatch.setenv("STATEMENT_LIMIT", "86400")

    assert variables.seconds("STATEMENT_LIMIT", otherwise=10) == 86400
    assert variables.seconds("SEND_WITHIN", otherwise=60) == 60


@pytest.mark.parametrize("said", ["0", "000", "86401", "9" * 30, "-1", "1.5", "ten", "²"])
def test_limit_invalid(monkeypatch, said):
    monkeypatch.setenv("STATEMENT_LIMIT", said)

    assert refusal(variables.seconds, "STATEMENT_LIMIT", otherwise=10).startswith(
        "STATEMENT_LIMIT is "
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("a.example", ["a.example"]),
        (" a.example , B.example,, ", ["a.example", "B.example"]),
        ("127.0.0.1,[::1]", ["127.0.0.1", "[::1]"]),
        ("*,.example.org", ["*", ".example.org"]),
        ("", []),
    ],
)
def test_names_of_hosts_are_read(monkeypatch, said, found):
    monkeypatch.setenv("ALLOWED_HOSTS", said)

    assert variables.hosts("ALLOWED_HOSTS") == found


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("https://a.example", "Leave out scheme, port and path: a.example."),
        ("a.example:8000", "Leave out scheme, port and path: a.example."),
        ("a.example/", "Leave out scheme, port and path: a.example."),
        (f"https://u:{SECRET}@a.example:1/?{SECRET}#x", "scheme, port and path: a.example."),
        ("a.example b.example", "Separate names by commas."),
        ("a.example;b.example", "something that is no host's name."),
        ("a_b.example", "something that is no host's name."),
        ("::1", "Write it as in [2001:db8::1]."),
        ("אירוע.example", "Write it as xn--4dbkl1b2a.example."),
        (".." + "א" * 100, "Write it as xn--…."),
        ("https://", "something that is no host's name."),
    ],
)
def test_host_invalid(monkeypatch, said, told):
    monkeypatch.setenv("ALLOWED_HOSTS", f"good.example,{said}")

    assert told in refusal(variables.hosts, "ALLOWED_HOSTS")


def test_origins_are_read_or_refused(monkeypatch):
    monkeypatch.setenv(
        "CSRF_TRUSTED_ORIGINS", "https://a.example, http://b.example:8000/,https://*.c.example"
    )
    assert variables.origins("CSRF_TRUSTED_ORIGINS") == [
        "https://a.example",
        "http://b.example:8000",
        "https://*.c.example",
    ]
    for said in ("a.example", "https://a.example/path", "https://a b", "ftp://a", "https://", "*"):
        monkeypatch.setenv("CSRF_TRUSTED_ORIGINS", said)
        assert refusal(variables.origins, "CSRF_TRUSTED_ORIGINS").startswith(
            "CSRF_TRUSTED_ORIGINS holds something that is no origin. Write scheme and host,"
        )


@pytest.mark.parametrize("variable", ["SECRET_KEY", "DATABASE_URL", "MAIL_FROM"])
def test_variable_misspelled(monkeypatch, variable):
    for said in (f"${SECRET}", f"${{{SECRET}}}", f"${variable}"):
        monkeypatch.setenv(variable, said)
        assert refusal(variables.text, variable).startswith(f"{variable} begins with $, as the")


def test_mail_servers_are_read():
    found = addresses.mail("EMAIL_URL", "smtp+ssl://mail.example.org")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"]) == (465, True)
    assert addresses.mail("EMAIL_URL", "consolemail://")["EMAIL_BACKEND"].endswith(
        "console.EmailBackend"
    )
    assert addresses.mail("EMAIL_URL", "filemail:///mails")["EMAIL_FILE_PATH"] == "mails"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        f"post://a:{SECRET}@b",
        f"smtp://a:{SECRET}@b:port",
        f"smtp://a:{SECRET}",
        "smtp://",
        f"smtp://a:{SECRET}@b?tls=yes",
        f"smtp+tls://a:12/{SECRET}@b:587",
    ],
)
def test_mail_url_invalid(url):
    sentence = refusal(addresses.mail, "EMAIL_URL", url)

    assert sentence.startswith("EMAIL_URL is not understood: ")


@pytest.mark.parametrize("said", ["EventFlow", "@", "a@", "a@b\nBcc: c@d", "<>"])
def test_sender_without_address(monkeypatch, said):
    monkeypatch.setenv("MAIL_FROM", said)

    assert refusal(variables.sender, "MAIL_FROM", otherwise="a@b").startswith(
        "MAIL_FROM is no address to send mail from."
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", ""),
        ("https://abc.supabase.co", "https://abc.supabase.co"),
        (" https://abc.supabase.co/ ", "https://abc.supabase.co"),
        ("https://auth.example.org:8443", "https://auth.example.org:8443"),
        ("http://127.0.0.1:54321", "http://127.0.0.1:54321"),
        ("http://localhost:54321/", "http://localhost:54321"),
        ("http://[::1]:54321", "http://[::1]:54321"),
    ],
)
def test_project_url_read(monkeypatch, said, found):
    monkeypatch.setenv("SUPABASE_URL", said)

    assert variables.project("SUPABASE_URL") == found


@pytest.mark.parametrize(
    "said",
    [
        "abc.supabase.co",
        "http://abc.supabase.co",
        "http://127.0.0.1.example.org",
        "https://abc.supabase.co/auth/v1",
        "https://abc.supabase.co?x=y",
        f"https://u:{SECRET}@abc.supabase.co",
        "https://*.supabase.co",
        "https://",
        "ftp://abc.supabase.co",
        "https://abc.supabase.co\\@evil.example",
    ],
)
def test_project_url_invalid(monkeypatch, said):
    monkeypatch.setenv("SUPABASE_URL", said)

    assert refusal(variables.project, "SUPABASE_URL").startswith("SUPABASE_URL is no address")


def _old_key(role) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"role": role, "ref": SECRET}).encode())
    return f"eyJhbGciOiJIUzI1NiJ9.{body.decode().rstrip('=')}.c2lnbmF0dXJl"


def test_publishable_key_read_secret_refused(monkeypatch):
    for key in ("", "sb_publishable_x", _old_key("anon"), "a.b.c", "eyJ..."):
        monkeypatch.setenv("SUPABASE_KEY", key)
        assert variables.publishable_key("SUPABASE_KEY") == key
    for key in (f"sb_secret_{SECRET}", _old_key("service_role")):
        monkeypatch.setenv("SUPABASE_KEY", key)
        assert "is a secret key" in refusal(variables.publishable_key, "SUPABASE_KEY")
    monkeypatch.setenv("SUPABASE_KEY", "two words\r\nX: y")
    assert "what no key" in refusal(variables.publishable_key, "SUPABASE_KEY")


def test_words_and_pairs_are_read_or_told(monkeypatch):
    def read(reader, said, *further):
        monkeypatch.setenv("EVENTFLOW_T1", said)
        return reader("EVENTFLOW_T1", *further)

    assert read(variables.one_or_more, "", ["a", "b"]) == {"a", "b"}
    assert read(variables.one_or_more, " b ,", ["a", "b"]) == {"b"}
    assert "a, b" in refusal(read, variables.one_or_more, "a,c", ["a", "b"])
    assert read(variables.pairs, "") == {}
    assert read(variables.pairs, "owner = Approver, member=") == {"owner": "Approver", "member": ""}
    for wrong in ("owner", "=Approver", "owner:Approver"):
        assert "Write pairs" in refusal(read, variables.pairs, wrong)


def test_env_file_read_or_line_told(monkeypatch, tmp_path):
    names = ("EVENTFLOW_T1", "EVENTFLOW_T2", "EVENTFLOW_T3")
    for name in names:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    file = tmp_path / ".env"
    variables.read_file(file)
    file.write_text("# a\n  # b\n\nEVENTFLOW_T1=a=b#c\nexport EVENTFLOW_T2='c d'\nEVENTFLOW_T3=\n")

    variables.read_file(file)
    assert [os.environ[name] for name in names] == ["a=b#c", "c d", ""]

    for wrong in (f"DATABASE_URL = {URL}", f" DATABASE_URL={URL}", URL):
        file.write_text(f"# a\n{wrong}\n")
        assert "line 2 is not understood" in refusal(variables.read_file, file)
    file.write_bytes(b"A=\xff")
    assert "cannot be read" in refusal(variables.read_file, file)


def test_env_file_of_checkout_answers_setup(monkeypatch, tmp_path):
    assert settings.BASE_DIR / ".env" == variables.ENV_FILE
    said = {"DATABASE_URL": URL, "ALLOWED_HOSTS": "a.example", "SECRET_KEY": "k" * 50}
    for name in said:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    file = tmp_path / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in said.items()))
    monkeypatch.setattr(variables, "ENV_FILE", file)

    asking.complete()

    assert {name: os.environ[name] for name in said} == said
    assert asking.answered == {}


WRONG = {
    "DATABASE_URL": [f"postgres://u:{SECRET}{special}x@h:5432/d" for special in "/?#"]
    + [f"postgres://u:{SECRET}@h:5432/d?nonsense=1", f"postgres://u:{SECRET}[@h:x/d"],
    "MIGRATE_DATABASE_URL": [f"postgres://u:{SECRET}/x@h:5432/d"],
    "SUPERUSER_DATABASE_URL": [f"postgres://u:{SECRET}#x@h:5432/d"],
    "EMAIL_URL": [f"smtp://u:{SECRET}/x@h:25"],
    "REQUIRE_2FA": ["enabled"],
    "DEBUG": ["perhaps"],
    "PROXY_COUNT": ["one"],
    "ALLOWED_HOSTS": ["https://a.example", "a.example:8000", "a.example b.example"],
    "CSRF_TRUSTED_ORIGINS": ["a.example"],
    "SECRET_KEY": [f"${SECRET}" * 20],
    "MAIL_FROM": ["nobody"],
    "SUPABASE_URL": ["abc.supabase.co", "http://abc.supabase.co", "https://127.0.0.1:54321"],
    "SUPABASE_KEY": [f"sb_secret_{SECRET}"],
    "SIGN_IN_WITH": ["password", "account"],
    "ROLE_GROUPS": ["owner"],
}


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_command_ends_with_sentence(variable, value):
    status, said = process("manage.py", "check", **{variable: value})

    (sentence,) = said.splitlines()
    assert (status, sentence.split()[0].rstrip(",")) == (1, variable)
    assert SECRET not in said


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "--bind", "127.0.0.1:0"],
        ["-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", "tests/test_imports.py"],
        ["-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "-q", "tests/test_imports.py"],
        ["manage.py", "migrate"],
        ["manage.py", "runserver", "--noreload", "127.0.0.1:0"],
    ],
)
@pytest.mark.parametrize("special", "/?")
def test_every_start_ends_with_sentence(command, special):
    url = f"postgres://u:{SECRET}{special}x@h:5432/d"
    variables = {"DATABASE_URL": url}
    if "pytest" in command:
        variables["DJANGO_SETTINGS_MODULE"] = "tests.settings"

    status, said = process(*command, **variables)

    assert status != 0
    assert "DATABASE_URL is not understood: a /, ?, # or @ in it stands for itself." in said
    assert "Traceback" not in said
    assert SECRET not in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.long
@pytest.mark.once
def test_ignored_option_told():
    url = "postgres://nobody:nothing@127.0.0.1:5432/nowhere?pgbouncer=true&schema=public"

    status, said = process("manage.py", "check", DATABASE_URL=url)

    assert status == 0
    for option in ("pgbouncer", "schema"):
        assert (
            f"?: (eventflow.I001) DATABASE_URL has an option that is for other tools, and ignored "
            f"here: {option}."
        ) in said


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(("hosts", "told"), [("", True), ("backoffice.example.org", False)])
def test_mail_links_without_host(hosts, told):
    status, said = process(
        "manage.py", "check", ALLOWED_HOSTS=hosts, EMAIL_URL="smtp://mail.example.org"
    )

    assert status == 0
    assert ("?: (eventflow.W010) The links in mail" in said) is told


@pytest.mark.long
@pytest.mark.once
def test_folder_invalid(tmp_path):
    file = tmp_path / "file"
    file.write_text("")

    status, said = process(
        "manage.py", "check", DATABASE_URL="", SECRET_KEY="", EVENTFLOW_STATE=str(file / "state")
    )

    assert status == 1
    assert said.startswith(f"{file / 'state'} cannot hold the demo's data: Not a directory. Set")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("said", ["a" * 31, "a" * 31 + " b", "א" * 40, "a" * 40 + '"'])
def test_token_short_or_unfit(monkeypatch, said):
    monkeypatch.setenv("A_TOKEN", said)

    with pytest.raises(ImproperlyConfigured, match="A_TOKEN is too easy to guess"):
        variables.token("A_TOKEN")


@pytest.mark.parametrize("said", ["", "a" * 32, "Az09-._~+/=" * 3])
def test_token_any_other_or_none(monkeypatch, said):
    monkeypatch.setenv("A_TOKEN", said)

    assert variables.token("A_TOKEN") == said
