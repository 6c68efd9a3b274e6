-- אזור זמן כפי שהקלידו אותו: שם שבסיס הנתונים מבין, או NULL כשאין ספק שאינו ברור
-- An event's time zone as somebody typed it: a name that `at time zone` takes rightly, or NULL where
-- it is not beyond doubt which one is meant. As `scheduling.times.zone` reads it; whether there is a
-- zone of a name with a slash, only using it tells. `at time zone` alone would take abbreviations
-- (IST is Israel's, India's and Ireland's), and 'UTC+03:00' for three hours west of Greenwich.
create or replace function backoffice.zone_name(written text)
  returns text
  language plpgsql
  immutable
  set search_path = pg_catalog, pg_temp
  as $$
declare
  name text;
  place text;
  fixed text[];
begin
  if length(written) > 64 then
    return null;
  end if;
  -- בלי מה שאינו נראה, עם רווח אחד במקום כל רווחים
  -- Without what cannot be seen, one space for all kinds of blanks
  name := regexp_replace(
    written,
    '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u180e'
    '\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+',
    '',
    'g'
  );
  name := btrim(regexp_replace(
    name,
    '[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+',
    ' ',
    'g'
  ));
  -- ברירת המחדל של העמודה
  -- The column's default
  if coalesce(name, '') = '' then
    return 'Asia/Jerusalem';
  end if;
  name := regexp_replace(name, '[\u2010-\u2015\u2212]', '-', 'g');
  name := regexp_replace(name, '^[^A-Za-z0-9+-]+|[^A-Za-z0-9]+$', '', 'g');
  if name !~ '^[\u0020-\u007e]+$' then
    return null;
  end if;
  name := lower(name collate "C");

  place := replace(name, ' ', '_');
  if place ~ '^[a-z][a-z0-9_+-]*(/[a-z][a-z0-9_+-]*)+$'
  and place !~ '^(posix|right|systemv)/'
  -- Or it would be taken for one that is spelled out: Foo/Bar+3
  and (place !~ '[0-9]' or place ~ '^etc/gmt[+-]?[0-9]{1,2}$') then
    return place;
  end if;
  -- אלה גם קיצורים, ו-PostgreSQL היה קורא אותם כך: בלי שעון קיץ
  -- These are abbreviations as well, and would be read as such: without summer time
  case place
    when 'cet' then return 'Europe/Brussels';
    when 'eet' then return 'Europe/Athens';
    when 'est' then return 'America/Panama';
    when 'hst' then return 'Pacific/Honolulu';
    when 'met' then return 'Europe/Brussels';
    when 'mst' then return 'America/Phoenix';
    when 'wet' then return 'Europe/Lisbon';
    else null;
  end case;
  if place = any (
    array[
      'cst6cdt', 'cuba', 'egypt', 'eire', 'est5edt', 'gb', 'gb-eire', 'gmt', 'gmt+0', 'gmt-0',
      'gmt0', 'greenwich', 'hongkong', 'iceland', 'iran', 'israel', 'jamaica', 'japan',
      'kwajalein', 'libya', 'mst7mdt', 'navajo', 'nz', 'nz-chat', 'poland', 'portugal', 'prc',
      'pst8pdt', 'roc', 'rok', 'singapore', 'turkey', 'uct', 'universal', 'utc', 'w-su', 'zulu'
    ]
  ) then
    return place;
  end if;

  -- השמות של Windows
  -- The names that Windows gives
  place := case name
    when 'afghanistan standard time' then 'Asia/Kabul'
    when 'alaskan standard time' then 'America/Anchorage'
    when 'alberta standard time' then 'America/Edmonton'
    when 'aleutian standard time' then 'America/Adak'
    when 'altai standard time' then 'Asia/Barnaul'
    when 'arab standard time' then 'Asia/Riyadh'
    when 'arabian standard time' then 'Asia/Dubai'
    when 'arabic standard time' then 'Asia/Baghdad'
    when 'argentina standard time' then 'America/Buenos_Aires'
    when 'astrakhan standard time' then 'Europe/Astrakhan'
    when 'atlantic standard time' then 'America/Halifax'
    when 'aus central standard time' then 'Australia/Darwin'
    when 'aus central w. standard time' then 'Australia/Eucla'
    when 'aus eastern standard time' then 'Australia/Sydney'
    when 'azerbaijan standard time' then 'Asia/Baku'
    when 'azores standard time' then 'Atlantic/Azores'
    when 'bahia standard time' then 'America/Bahia'
    when 'bangladesh standard time' then 'Asia/Dhaka'
    when 'belarus standard time' then 'Europe/Minsk'
    when 'bougainville standard time' then 'Pacific/Bougainville'
    when 'british columbia standard time' then 'America/Vancouver'
    when 'canada central standard time' then 'America/Regina'
    when 'cape verde standard time' then 'Atlantic/Cape_Verde'
    when 'caucasus standard time' then 'Asia/Yerevan'
    when 'cen. australia standard time' then 'Australia/Adelaide'
    when 'central america standard time' then 'America/Guatemala'
    when 'central asia standard time' then 'Asia/Bishkek'
    when 'central brazilian standard time' then 'America/Cuiaba'
    when 'central europe standard time' then 'Europe/Budapest'
    when 'central european standard time' then 'Europe/Warsaw'
    when 'central pacific standard time' then 'Pacific/Guadalcanal'
    when 'central standard time' then 'America/Chicago'
    when 'central standard time (mexico' then 'America/Mexico_City'
    when 'chatham islands standard time' then 'Pacific/Chatham'
    when 'china standard time' then 'Asia/Shanghai'
    when 'cuba standard time' then 'America/Havana'
    when 'dateline standard time' then 'Etc/GMT+12'
    when 'e. africa standard time' then 'Africa/Nairobi'
    when 'e. australia standard time' then 'Australia/Brisbane'
    when 'e. europe standard time' then 'Europe/Chisinau'
    when 'e. south america standard time' then 'America/Sao_Paulo'
    when 'easter island standard time' then 'Pacific/Easter'
    when 'eastern standard time' then 'America/New_York'
    when 'eastern standard time (mexico' then 'America/Cancun'
    when 'egypt standard time' then 'Africa/Cairo'
    when 'ekaterinburg standard time' then 'Asia/Yekaterinburg'
    when 'fiji standard time' then 'Pacific/Fiji'
    when 'fle standard time' then 'Europe/Kiev'
    when 'georgian standard time' then 'Asia/Tbilisi'
    when 'gmt standard time' then 'Europe/London'
    when 'greenland standard time' then 'America/Godthab'
    when 'greenwich standard time' then 'Atlantic/Reykjavik'
    when 'gtb standard time' then 'Europe/Bucharest'
    when 'haiti standard time' then 'America/Port-au-Prince'
    when 'hawaiian standard time' then 'Pacific/Honolulu'
    when 'india standard time' then 'Asia/Calcutta'
    when 'iran standard time' then 'Asia/Tehran'
    when 'israel standard time' then 'Asia/Jerusalem'
    when 'jordan standard time' then 'Asia/Amman'
    when 'kaliningrad standard time' then 'Europe/Kaliningrad'
    when 'korea standard time' then 'Asia/Seoul'
    when 'libya standard time' then 'Africa/Tripoli'
    when 'line islands standard time' then 'Pacific/Kiritimati'
    when 'lord howe standard time' then 'Australia/Lord_Howe'
    when 'magadan standard time' then 'Asia/Magadan'
    when 'magallanes standard time' then 'America/Punta_Arenas'
    when 'manitoba standard time' then 'America/Winnipeg'
    when 'marquesas standard time' then 'Pacific/Marquesas'
    when 'mauritius standard time' then 'Indian/Mauritius'
    when 'middle east standard time' then 'Asia/Beirut'
    when 'montevideo standard time' then 'America/Montevideo'
    when 'morocco standard time' then 'Africa/Casablanca'
    when 'mountain standard time' then 'America/Denver'
    when 'mountain standard time (mexico' then 'America/Mazatlan'
    when 'myanmar standard time' then 'Asia/Rangoon'
    when 'n. central asia standard time' then 'Asia/Novosibirsk'
    when 'namibia standard time' then 'Africa/Windhoek'
    when 'nepal standard time' then 'Asia/Katmandu'
    when 'new zealand standard time' then 'Pacific/Auckland'
    when 'newfoundland standard time' then 'America/St_Johns'
    when 'norfolk standard time' then 'Pacific/Norfolk'
    when 'north asia east standard time' then 'Asia/Irkutsk'
    when 'north asia standard time' then 'Asia/Krasnoyarsk'
    when 'north korea standard time' then 'Asia/Pyongyang'
    when 'omsk standard time' then 'Asia/Omsk'
    when 'pacific sa standard time' then 'America/Santiago'
    when 'pacific standard time' then 'America/Los_Angeles'
    when 'pacific standard time (mexico' then 'America/Tijuana'
    when 'pakistan standard time' then 'Asia/Karachi'
    when 'paraguay standard time' then 'America/Asuncion'
    when 'qyzylorda standard time' then 'Asia/Qyzylorda'
    when 'romance standard time' then 'Europe/Paris'
    when 'russia time zone 10' then 'Asia/Srednekolymsk'
    when 'russia time zone 11' then 'Asia/Kamchatka'
    when 'russia time zone 3' then 'Europe/Samara'
    when 'russian standard time' then 'Europe/Moscow'
    when 'sa eastern standard time' then 'America/Cayenne'
    when 'sa pacific standard time' then 'America/Bogota'
    when 'sa western standard time' then 'America/La_Paz'
    when 'saint pierre standard time' then 'America/Miquelon'
    when 'sakhalin standard time' then 'Asia/Sakhalin'
    when 'samoa standard time' then 'Pacific/Apia'
    when 'sao tome standard time' then 'Africa/Sao_Tome'
    when 'saratov standard time' then 'Europe/Saratov'
    when 'se asia standard time' then 'Asia/Bangkok'
    when 'singapore standard time' then 'Asia/Singapore'
    when 'south africa standard time' then 'Africa/Johannesburg'
    when 'south sudan standard time' then 'Africa/Juba'
    when 'sri lanka standard time' then 'Asia/Colombo'
    when 'sudan standard time' then 'Africa/Khartoum'
    when 'syria standard time' then 'Asia/Damascus'
    when 'taipei standard time' then 'Asia/Taipei'
    when 'tasmania standard time' then 'Australia/Hobart'
    when 'tocantins standard time' then 'America/Araguaina'
    when 'tokyo standard time' then 'Asia/Tokyo'
    when 'tomsk standard time' then 'Asia/Tomsk'
    when 'tonga standard time' then 'Pacific/Tongatapu'
    when 'transbaikal standard time' then 'Asia/Chita'
    when 'turkey standard time' then 'Europe/Istanbul'
    when 'turks and caicos standard time' then 'America/Grand_Turk'
    when 'ulaanbaatar standard time' then 'Asia/Ulaanbaatar'
    when 'us eastern standard time' then 'America/Indianapolis'
    when 'us mountain standard time' then 'America/Phoenix'
    when 'utc+12' then 'Etc/GMT-12'
    when 'utc+13' then 'Etc/GMT-13'
    when 'utc-02' then 'Etc/GMT+2'
    when 'utc-08' then 'Etc/GMT+8'
    when 'utc-09' then 'Etc/GMT+9'
    when 'utc-11' then 'Etc/GMT+11'
    when 'venezuela standard time' then 'America/Caracas'
    when 'vladivostok standard time' then 'Asia/Vladivostok'
    when 'volgograd standard time' then 'Europe/Volgograd'
    when 'w. australia standard time' then 'Australia/Perth'
    when 'w. central africa standard time' then 'Africa/Lagos'
    when 'w. europe standard time' then 'Europe/Berlin'
    when 'w. mongolia standard time' then 'Asia/Hovd'
    when 'west asia standard time' then 'Asia/Tashkent'
    when 'west bank standard time' then 'Asia/Hebron'
    when 'west pacific standard time' then 'Pacific/Port_Moresby'
    when 'yakutsk standard time' then 'Asia/Yakutsk'
    when 'yukon standard time' then 'America/Whitehorse'
  end;
  if place is not null then
    return place;
  end if;

  -- היסט קבוע, מזרחה מגריניץ'; ב-POSIX הסימן הפוך
  -- A fixed offset, east of Greenwich; POSIX has the sign the other way
  if name = 'z' then
    return 'utc';
  end if;
  fixed := regexp_match(name, '^(?:utc|gmt)? ?([+-]) ?([0-9]{1,2})(?::?([0-5][0-9]))?$');
  if fixed is null then
    return null;
  end if;
  fixed[2] := lpad(fixed[2], 2, '0');
  fixed[3] := coalesce(fixed[3], '00');
  if (fixed[2] || fixed[3] > case fixed[1] when '-' then '1200' else '1400' end collate "C") then
    return null;
  end if;
  return '<' || fixed[1] || fixed[2] || fixed[3] || '>'
    || translate(fixed[1], '+-', '-+') || fixed[2] || ':' || fixed[3];
end
$$;
comment on function backoffice.zone_name(text) is
  'The time zone that is beyond doubt meant, NULL for none. אזור הזמן שאליו התכוונו, NULL כשיש ספק.';
revoke all on function backoffice.zone_name(text) from public, anon, authenticated, service_role;

-- רגע שכתב ה-AI: עם היסט, או שעון מקומי באירוע. מה שאינו רגע הוא NULL
-- A moment as the AI wrote it: with an offset, or by the event's clocks. NULL for what is none, and
-- for local time where the zone is not known. As for people, a local time that the clocks skip moves
-- forward by what they skip, and of one that they show twice the first is meant.
create or replace function backoffice.moment(written text, zone text)
  returns timestamp with time zone
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
declare
  -- היום, השעה, ההיסט ואזור הזמן
  -- The day, the time of day, the offset and the time zone
  parts constant text[] := regexp_match(
    btrim(written, E' \t\n\r\f\v'),
    '^((?:19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2})[Tt ]'
    '((?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?'
    '|24:00(?::00(?:[.,](?:0{1,6}|0{6}[0-9]{1,3}))?)?)'
    '(?: *([Zz]|[+-][0-9]{2}(?::?[0-5][0-9](?::?[0-5][0-9])?)?|[+-][0-9](?::[0-5][0-9]){1,2}))?'
    '(?: *\[([^][]+)\])?$'
  );
  named text;
  clock timestamp;
  at timestamptz;
  digits text;
  east interval;
  before interval;
begin
  if parts is null or parts[4] ~ '^\s*$' then
    return null;
  end if;
  clock := (
    parts[1] || ' ' || regexp_replace(replace(parts[2], ',', '.'), '(\.[0-9]{6})[0-9]+', '\1')
  )::timestamp;
  if clock >= '10000-01-01' then
    return null;
  end if;
  named := case when parts[4] is not null then backoffice.zone_name(parts[4]) end;
  if parts[4] is not null and (clock at time zone named) is null then
    return null;
  end if;
  if parts[3] is not null then
    digits := replace(substr(parts[3], 2), ':', '');
    digits := rpad(case when length(digits) % 2 = 1 then '0' else '' end || digits, 6, '0');
    east := make_interval(
      hours => substr(digits, 1, 2)::integer,
      mins => substr(digits, 3, 2)::integer,
      secs => substr(digits, 5, 2)::integer
    );
    if east >= interval '16 hours' then
      return null;
    end if;
    at := (case left(parts[3], 1) when '-' then clock + east else clock - east end)
      at time zone 'UTC';
    if parts[3] not in ('Z', 'z') and (at at time zone named) <> clock then
      return null;
    end if;
  else
    named := coalesce(named, backoffice.zone_name(zone));
    at := clock at time zone named;
    -- PostgreSQL בוחר את השני מבין שניים
    -- Of two PostgreSQL takes the second; a day earlier the clocks went as they did at the first
    before := ((at - interval '25 hours') at time zone named)
      - ((at - interval '25 hours') at time zone 'UTC');
    if before > (at at time zone named) - (at at time zone 'UTC')
    and ((clock - before) at time zone 'UTC') at time zone named = clock then
      at := (clock - before) at time zone 'UTC';
    end if;
  end if;
  return case when at < '10000-01-01 00:00:00+00' then at end;
exception
  when data_exception then
    return null;
end
$$;
