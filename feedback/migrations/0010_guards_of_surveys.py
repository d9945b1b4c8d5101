"""An opened version's questions stay as people answered them, a sheet stays as it was sent, whichever program writes."""

from django.db import migrations

VERSIONS = """
create function feedback_guard_survey() returns trigger language plpgsql as $$
begin
    if new.slug <> old.slug and exists (
        select from feedback_surveyversion where survey_id = old.id and opened_at is not null
    ) then
        raise exception 'the address of an opened survey is not changed' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_survey before update on feedback_survey
    for each row execute function feedback_guard_survey();

create function feedback_guard_surveyversion() returns trigger language plpgsql as $$
begin
    if old.opened_at is null then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    if tg_op = 'DELETE'
        or (new.survey_id, new.number, new.opened_at) is distinct from (old.survey_id, old.number, old.opened_at)
    then
        raise exception 'an opened version of a survey stays' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_surveyversion before update or delete on feedback_surveyversion
    for each row execute function feedback_guard_surveyversion();

-- The first argument says where the row has its version.
create function feedback_guard_opened_questions() returns trigger language plpgsql as $$
declare
    changed jsonb;
    asked_in bigint;
    was_opened_at timestamptz;
begin
    foreach changed in array case tg_op
        when 'INSERT' then array[to_jsonb(new)]
        when 'DELETE' then array[to_jsonb(old)]
        else array[to_jsonb(old), to_jsonb(new)]
    end loop
        asked_in := (changed ->> 'version_id')::bigint;
        if tg_argv[0] = 'of question' then
            select version_id into asked_in from feedback_surveyquestion
                where id = (changed ->> 'question_id')::bigint;
        end if;
        -- Waits for whoever is opening it.
        select opened_at into was_opened_at from feedback_surveyversion where id = asked_in for share;
        if was_opened_at is not null then
            raise exception 'the questions of an opened survey are not changed' using errcode = 'check_violation';
        end if;
    end loop;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger feedback_guard_opened_questions before insert or update or delete on feedback_surveyfactor
    for each row execute function feedback_guard_opened_questions('own');
create trigger feedback_guard_opened_questions before insert or update or delete on feedback_surveyquestion
    for each row execute function feedback_guard_opened_questions('own');
create trigger feedback_guard_opened_questions before insert or update or delete on feedback_surveychoice
    for each row execute function feedback_guard_opened_questions('of question');
"""

SHEETS = """
create function feedback_guard_surveyresponse() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a sheet is never removed' using errcode = 'check_violation';
    end if;
    -- Whether it is in doubt may be judged anew, and where it came from is forgotten.
    if to_jsonb(new) - '{doubt,sender_hash}'::text[] <> to_jsonb(old) - '{doubt,sender_hash}'::text[]
        or new.sender_hash not in ('', old.sender_hash)
    then
        raise exception 'a sheet is not changed' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_surveyresponse before update or delete on feedback_surveyresponse
    for each row execute function feedback_guard_surveyresponse();

create function feedback_guard_surveyanswer() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'an answer is never removed' using errcode = 'check_violation';
    end if;
    if to_jsonb(new) - '{text,text_state}'::text[] <> to_jsonb(old) - '{text,text_state}'::text[]
        or new.text not in ('', old.text)
        or old.text_state = '' and new.text_state <> ''
    then
        raise exception 'an answer is not changed, only erased' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_surveyanswer before update or delete on feedback_surveyanswer
    for each row execute function feedback_guard_surveyanswer();

create function feedback_guard_surveypass() returns trigger language plpgsql as $$
begin
    if old.used_on is not null and new.used_on is distinct from old.used_on then
        raise exception 'a pass is used once' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_surveypass before update on feedback_surveypass
    for each row execute function feedback_guard_surveypass();
"""

UNDO = """
drop trigger feedback_guard_surveypass on feedback_surveypass;
drop function feedback_guard_surveypass();
drop trigger feedback_guard_surveyanswer on feedback_surveyanswer;
drop function feedback_guard_surveyanswer();
drop trigger feedback_guard_surveyresponse on feedback_surveyresponse;
drop function feedback_guard_surveyresponse();
drop trigger feedback_guard_opened_questions on feedback_surveyfactor;
drop trigger feedback_guard_opened_questions on feedback_surveyquestion;
drop trigger feedback_guard_opened_questions on feedback_surveychoice;
drop function feedback_guard_opened_questions();
drop trigger feedback_guard_surveyversion on feedback_surveyversion;
drop function feedback_guard_surveyversion();
drop trigger feedback_guard_survey on feedback_survey;
drop function feedback_guard_survey();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0009_surveys")]

    operations = [migrations.RunSQL(VERSIONS + SHEETS, UNDO)]
