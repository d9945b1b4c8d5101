"""An approved issue says what it said when it was let out, and a figure stays as it was noted, whichever program writes."""

from django.db import migrations

ISSUES = """
create function outreach_guard_bulletinissue() returns trigger language plpgsql as $$
declare
    free text[] := '{publish_at,public_from,withdrawn_at,correction,corrected_at,changed_at,is_sample}';
begin
    if old.approved_at is null then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    if tg_op = 'DELETE' or to_jsonb(new) - free <> to_jsonb(old) - free then
        raise exception 'an approved issue stays as it was let out' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger outreach_guard_bulletinissue before update or delete on outreach_bulletinissue
    for each row execute function outreach_guard_bulletinissue();

create function outreach_guard_bulletinitem() returns trigger language plpgsql as $$
declare
    changed jsonb;
    was_approved_at timestamptz;
begin
    foreach changed in array case tg_op
        when 'INSERT' then array[to_jsonb(new)]
        when 'DELETE' then array[to_jsonb(old)]
        else array[to_jsonb(old), to_jsonb(new)]
    end loop
        -- Waits for whoever is approving it.
        select approved_at into was_approved_at from outreach_bulletinissue
            where id = (changed ->> 'issue_id')::bigint for share;
        if was_approved_at is not null then
            raise exception 'the pieces of an approved issue are not changed' using errcode = 'check_violation';
        end if;
    end loop;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger outreach_guard_bulletinitem before insert or update or delete on outreach_bulletinitem
    for each row execute function outreach_guard_bulletinitem();
"""

FIGURES = """
create function outreach_guard_figure() returns trigger language plpgsql as $$
begin
    if to_jsonb(new) - 'replaced_by_id' <> to_jsonb(old) - 'replaced_by_id'
        or old.replaced_by_id is not null and new.replaced_by_id is distinct from old.replaced_by_id
    then
        raise exception 'a figure is not changed, only replaced' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger outreach_guard_figure before update on outreach_figure
    for each row execute function outreach_guard_figure();
"""

UNDO = """
drop trigger outreach_guard_figure on outreach_figure;
drop function outreach_guard_figure();
drop trigger outreach_guard_bulletinitem on outreach_bulletinitem;
drop function outreach_guard_bulletinitem();
drop trigger outreach_guard_bulletinissue on outreach_bulletinissue;
drop function outreach_guard_bulletinissue();
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0008_figures_tell_why_they_replace")]

    operations = [migrations.RunSQL(ISSUES + FIGURES, UNDO)]
