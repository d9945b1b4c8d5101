"""What the database itself refuses, whichever program writes: a changed message, a step that is no step, a gap or a
change in what is only added to."""

from django.db import migrations

TICKET_GUARD = """
create function feedback_guard_ticket() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a ticket is never removed' using errcode = 'check_violation';
    end if;
    if tg_op = 'INSERT' then
        if new.status <> 'received' then
            raise exception 'a ticket begins as received' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if (new.code, new.secret_hash, new.form_hash, new.declared_kind, new.received_at, new.is_anonymous, new.channel)
        is distinct from
       (old.code, old.secret_hash, old.form_hash, old.declared_kind, old.received_at, old.is_anonymous, old.channel)
    then
        raise exception 'what was sent is not changed' using errcode = 'check_violation';
    end if;
    if (new.subject, new.body) is distinct from (old.subject, old.body) and new.content_erased_at is null then
        raise exception 'a message is not changed, only erased' using errcode = 'check_violation';
    end if;
    if old.register_number is not null
        and (new.register_year, new.register_number) is distinct from (old.register_year, old.register_number)
        and (new.kind = 'denunciation') = (old.kind = 'denunciation')
    then
        raise exception 'a number of the register is given once' using errcode = 'check_violation';
    end if;
    if new.status = 'reopened' and old.status <> 'reopened' and old.reopened_at is not null then
        raise exception 'a ticket is reopened once' using errcode = 'check_violation';
    end if;
    if new.status <> old.status and not exists (
        select from (values
            ('received', 'classified'), ('received', 'rejected'), ('received', 'withdrawn'),
            ('classified', 'rejected'), ('classified', 'transferred'), ('classified', 'in_progress'),
            ('classified', 'withdrawn'), ('classified', 'closed'),
            ('transferred', 'in_progress'), ('transferred', 'rejected'), ('transferred', 'withdrawn'),
            ('transferred', 'closed'),
            ('in_progress', 'collecting'), ('in_progress', 'transferred'), ('in_progress', 'answered'),
            ('in_progress', 'withdrawn'), ('in_progress', 'closed'),
            ('collecting', 'in_progress'), ('collecting', 'answered'), ('collecting', 'withdrawn'),
            ('answered', 'published'), ('answered', 'reopened'), ('answered', 'closed'),
            ('published', 'reopened'), ('published', 'closed'),
            ('reopened', 'in_progress'), ('reopened', 'transferred'), ('reopened', 'withdrawn')
        ) as step (from_status, to_status)
        where from_status = old.status and to_status = new.status
    ) then
        raise exception 'no step from % to %', old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_ticket before insert or update or delete on feedback_ticket
    for each row execute function feedback_guard_ticket();
"""

ONLY_ADDED_TO = """
create function feedback_only_added_to() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are only added', tg_table_name using errcode = 'check_violation';
end $$;
create trigger feedback_only_added_to before update or delete on feedback_ticketevent
    for each row execute function feedback_only_added_to();
create trigger feedback_only_added_to before update or delete on feedback_ledgerentry
    for each row execute function feedback_only_added_to();
create trigger feedback_only_added_to before update or delete on feedback_ledgerday
    for each row execute function feedback_only_added_to();
create trigger feedback_only_added_to before update or delete on feedback_consenttext
    for each row execute function feedback_only_added_to();
create trigger feedback_only_added_to before update or delete on feedback_ticketanswer
    for each row execute function feedback_only_added_to();
"""

LEDGER_GUARD = """
create function feedback_guard_ledger() returns trigger language plpgsql as $$
declare
    last record;
begin
    -- Whoever adds holds the lock of the ledger, so that the last entry is the last.
    select position, hash into last from feedback_ledgerentry order by position desc limit 1;
    if new.position <> coalesce(last.position, 0) + 1
        or new.previous_hash <> coalesce(last.hash, repeat('0', 64))
    then
        raise exception 'an entry is added at the end of the ledger' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger feedback_guard_ledger before insert on feedback_ledgerentry
    for each row execute function feedback_guard_ledger();
"""

UNDO = """
drop trigger feedback_guard_ledger on feedback_ledgerentry;
drop function feedback_guard_ledger();
drop trigger feedback_only_added_to on feedback_ticketevent;
drop trigger feedback_only_added_to on feedback_ledgerentry;
drop trigger feedback_only_added_to on feedback_ledgerday;
drop trigger feedback_only_added_to on feedback_consenttext;
drop trigger feedback_only_added_to on feedback_ticketanswer;
drop function feedback_only_added_to();
drop trigger feedback_guard_ticket on feedback_ticket;
drop function feedback_guard_ticket();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_tickets_and_receipts")]

    operations = [migrations.RunSQL(TICKET_GUARD + ONLY_ADDED_TO + LEDGER_GUARD, UNDO)]
