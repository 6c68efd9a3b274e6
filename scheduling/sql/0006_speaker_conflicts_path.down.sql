-- החזרה: הנתיב שהיה, רק בפונקציה שנוצרה כאן
-- Going back: the path that was, and only of a function that was made here
do $$
begin
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'function public.check_speaker_conflicts(uuid,text,timestamp with time zone,'
      'timestamp with time zone,uuid)'
  ) and to_regprocedure(
    'public.check_speaker_conflicts(uuid,text,timestamptz,timestamptz,uuid)'
  ) is not null
  then
    alter function public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid)
      set search_path = '';
  end if;
end
$$;
