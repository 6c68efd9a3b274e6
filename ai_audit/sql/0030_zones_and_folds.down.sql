-- כפי שהיה
-- As it was
create or replace function backoffice.moment(written text, zone text)
  returns timestamp with time zone
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
declare
  plain constant text := regexp_replace(
    replace(btrim(written, E' \t\n\r\f\v'), ',', '.'), '(\.\d{6})\d+', '\1'
  );
  at timestamptz;
begin
  if plain !~* (
    '^(19|[2-9]\d)\d\d-\d\d-\d\d[t ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?'
    '(z|[+-]\d\d(:?[0-5]\d(:?[0-5]\d)?)?)?$'
  ) then
    return null;
  end if;
  if plain ~* '\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-][\d:]+)$' then
    at := plain::timestamptz;
  else
    begin
      at := plain::timestamp at time zone coalesce(nullif(btrim(zone), ''), 'Asia/Jerusalem');
    exception
      -- An unknown zone counts as UTC, as everywhere
      when invalid_parameter_value then
        at := plain::timestamp at time zone 'UTC';
    end;
  end if;
  return case when at < '10000-01-01 00:00:00+00' then at end;
exception
  when data_exception then
    return null;
end
$$;

drop function if exists backoffice.zone_name(text);
