-- הסכמה הפרטית של המשרד האחורי: מה ששכבת ה-REST לעולם אינה מגישה.
-- The back office's private schema: what the REST layer never serves.
do $$
begin
  if to_regnamespace('backoffice') is null then
    create schema backoffice;
    comment on schema backoffice is
      'The back office''s own tables. No right for anon or authenticated.';
  end if;
  revoke all on schema backoffice from public, anon, authenticated;

  if to_regclass('backoffice.foundation_objects') is null then
    create table backoffice.foundation_objects (
      object text primary key,
      migration text not null,
      replaced text,
      created_at timestamptz not null default now()
    );
    comment on table backoffice.foundation_objects is
      'What our migrations created, and what they replaced. Reversing drops only this.';
  end if;
  revoke all on backoffice.foundation_objects from public, anon, authenticated;
end
$$;
