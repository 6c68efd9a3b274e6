"""A corpus of names as people and programs spell them: which are one name, and which are two."""

# Every one of a line is the same name.
SAME = [
    ("Hall 3", "hall 3", "HALL 3", "Hall  3", " Hall 3\n", "Hall\u00a03", "Hall\t3", "Hall\u20033"),
    ("Hall 3", "Hall ３", "Hall ٣", "Hall ۳", "Hall ३", "Hall ③", "Hall ³", "Ｈａｌｌ 3", "Hall 𝟛"),
    ("Hall 3", "Hall\u200f 3", "\u202bHall 3\u202c", "\u2067Hall 3\u2069", "Ha\u00adll 3"),
    ("Hall 3", "\ufeffHall 3", "Hall\u200b 3", "Hal\u2060l 3", "H\u034fall 3", "Hall\ufe0f 3"),
    ("Hall 3", "Hall\u20283", "Hall\u0085 3", "\x7fHall 3", "Hall\u28003"),
    ("Café", "Cafe\u0301", "CAFÉ", "CAFE\u0301", "cafe\u200b\u0301"),
    ("Große Halle", "GROSSE HALLE", "GROẞE HALLE", "grosse halle"),
    (
        "İstanbul",
        "istanbul",
        "ISTANBUL",
        "I\u0307stanbul",
        "i\u0307stanbul",
        "i\u0307\u0307stanbul",
    ),
    ("ΟΔΟΣ", "οδος", "οδοσ", "Οδος"),
    ("Ἀθῆναι", "ἈΘΗ͂ΝΑΙ", "ἀθῆναι"),
    ("ᾠδή", "ᾨΔΉ", "ὨΙΔΉ", "ὠιδή"),
    ("Зал Ёлка", "ЗАЛ ЁЛКА", "зал е\u0308лка"),
    ("Ոսկե", "ՈՍԿԵ", "ոսկե"),
    ("Office", "oﬃce", "OFFICE", "oﬀice", "Ｏｆｆｉｃｅ"),
    ("ǅ", "ǆ", "Ǆ", "DŽ", "dž"),
    ("Ⅷ", "viii", "ⅷ"),
    ("ʼn", "ŉ", "'n", "ʼN"),
    ("אולם", "אוּלָם", "אוּלם", "א֑ולם", "\u200fאולם\u200e", "אולם\u05c4", "אולם\ufb1e"),
    ("שלום", "שׁלום", "\ufb2aלום", "\ufb2cלום", "שּׁלום"),
    ("אל", "\ufb4f", "אֵל"),
    ("וועד", "װעד"),
    ('ד"ר', "ד״ר", "ד”ר", "ד“ר", "ד„ר", "ד″ר", "ד''ר", "ד׳׳ר", "ד’’ר", "ד＂ר", "ד«ר", "ד\u02ddר"),
    ("צ'ארלס", "צ׳ארלס", "צ’ארלס", "צ‘ארלס", "צ′ארלס", "צ`ארלס", "צ´ארלס", "צʼארלס", "צ＇ארלס"),
    ("אי-שם", "אי־שם", "אי–שם", "אי—שם", "אי‐שם", "אי‑שם", "אי−שם", "אי―שם", "אי－שם", "אי﹣שם"),
    ("Hall A…", "Hall A...", "hall a..."),
    ("100% _\\", "100％ ＿＼"),
    ("🎉 Party", "🎉\ufe0f PARTY"),
    ("ז'בוטינסקי", "ז׳בוטינסקי", "ז\u201bבוטינסקי", "ז\u2032בוטינסקי", "ז\u02bcבוטינסקי"),
    (
        'צה"ל',
        "צה״ל",
        "צה\u201fל",
        "צה''ל",
        "צה\u05f3\u05f3ל",
        "צה\u3003ל",
        "צה\u301eל",
        "צה\u2033ל",
    ),
    ("בראשית", "בְּרֵאשִׁ֖ית", "\ufb31ראשית", "בּ\u05b0ר\u05b5אש\u05b4ית", "בראשית\u05bd"),
    ("شارع ٢", "\ufeb7ﺎﺭﻉ 2", "شارع ۲", "\u061cشارع ２", "شارع\u200f ٢"),
    (
        "ROOM 12",
        "ＲＯＯＭ　１２",
        "Room\u300012",
        "room\u20091\u200b2",
        "Room\u202f۱٢",
        "Room\u2007१२",
    ),
    ("Room 2024", "Room ٢٠٢٤", "Room ۲۰۲۴", "Room २०२४", "Room ߂߀߂߄", "Room 𝟚𝟘𝟚𝟜", "Room ２０２４"),
    ("می‌خواهم", "می\u200dخواهم", "میخواهم", "ﻣﯽ\u200cﺧﻮﺍﻫﻢ"),
    ("Auditorium", "Audi\u00adtorium", "AUDI\u200dTORIUM", "Audi\u200ctorium", "Auditori\u2060um"),
    (
        "אולם (1)",
        "אולם \u200f(1)",
        "אולם (\u200e1)",
        "\u061cאולם (1)",
        "\u2066אולם (1)\u2069",
        "אולם （١）",
    ),
    (
        "North-West",
        *(f"north{chr(n)}WEST" for n in (*range(0x2010, 0x2016), 0x5BE, 0x2212, 0xFE63)),
    ),
    ("İzmir", "izmir", "IZMIR", "I\u0307zmir", "i\u0307zmir"),
    ("Straßenbahn", "STRASSENBAHN", "STRAẞENBAHN", "strassenbahn"),
    ("ΣΊΣΥΦΟΣ", "Σίσυφος", "σίσυφοσ", "ςίσυφος"),
    ("❤ Stage", "❤\ufe0f Stage", "❤\ufe0e STAGE"),
    ("👩\u200d💻 Lab", "👩💻 lab", "👩\u200d💻\ufe0f LAB"),
    ("1\ufe0f\u20e3", "1\u20e3", "１\u20e3"),
    ("ậ", "a\u0323\u0302", "a\u0302\u0323", "Ậ", "\u00e2\u0323"),
    ("강남", "\u1100\u1161\u11bc\u1102\u1161\u11b7"),
    ("ホール", "ﾎｰﾙ"),
    ("საქართველო", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ"),
    ("№ 5", "No 5", "NO ５"),
    ("Ⅻ", "XII", "xii"),
    ("«Main»", '"Main"', "„Main“", "”MAIN”", "\u301dMain\u301e"),
    ("Tag", "T\U000e0041ag", "Ta\u180eg", "TAG\ufff9", "\u2063tag"),
    ("", " ", "\t\n", "\u200b", "\u00a0\u200f", "\u3164", "\u05b0"),
]
# No two of a line are the same name.
DIFFERENT = [
    ("Hall 3", "Hall 4", "Hall 13", "Hall III", "Hall", "Hall-3", "Hall3"),
    ("חדר א", "חדר ב", "חדר", "החדר א", "חדר א'"),
    ("מיכל", "מיכאל", "מיכל'", 'מיכל"'),
    ("Cafe", "Café"),
    ("Halle", "Hale", "Halłe"),
    ("о", "o"),
    ("ı", "i"),
    ("כ", "ך"),
    ("%", "_", "\\", "a%"),
    ("אי שם", "אי-שם", "אישם"),
    ("מ", "ם"),
    ("נ", "ן"),
    ("פ", "ף"),
    ("צ", "ץ"),
    ("ILICA", "ılıca"),
    ("Hall А", "Hall Α", "Hall A"),
    ("👩 Lab", "💻 Lab", "👨\u200d💻 Lab"),
    ("❤ Stage", "❤❤ Stage", "♡ Stage"),
    ("Suite 12", "Suite 1 2", "Suite 1-2", "Suite 1.2"),
    ("ה3", "ה 3", "ג 3"),
    ("שין", "סין"),
    ("Straße 1", "Strabe 1", "Strasze 1"),
]


def several() -> list[list[str]]:
    """The spellings of each name of the corpus that can be seen; no two have one in common.

    Without backslashes, which part two speakers.
    """
    by_spelling: dict[str, list[str]] = {}
    for names in [*SAME[:-1], *((name,) for others in DIFFERENT for name in others)]:
        known = next((by_spelling[name] for name in names if name in by_spelling), [])
        known += [name for name in dict.fromkeys(names) if name not in known]
        by_spelling |= dict.fromkeys(known, known)
    found = {id(known): known for known in by_spelling.values()}.values()
    return [spellings for spellings in found if "\\" not in spellings[0]]
