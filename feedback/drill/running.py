"""The drill from its first canary to its report."""

from procrastinate.contrib.django import app

from feedback.drill import fields, traces
from feedback.drill.public_walk import PublicWalk
from feedback.drill.report import Report
from feedback.drill.seeding import file_count, seed
from feedback.drill.sender_walk import look_at_reports_of_errors, walk_as_senders
from feedback.drill.staff_walk import StaffWalk


def run(folder, *, tell=lambda words: None) -> Report:
    """Seed a portal that has public content, walk it as everybody, and report. Its files lie in `folder`."""
    with traces.listening() as listener:
        tell("Đặt chữ dò…")
        world = seed()
        report = Report(world.canaries, world)
        prove_seeding(world, report)
        tell("Đi các trang của cán bộ…")
        walk_staff(world, report)
        tell("Đi các trang của người gửi và các trang công khai…")
        walk_as_senders(world, report)
        look_at_reports_of_errors(world, report)
        # Last, so that what others' visits have left in caches would be met.
        walk_public(world, report)
        jobs_by_themselves()
    tell("Xem thư, nhật ký, tệp…")
    look_at_traces(report, folder)
    traces.look_at_logs(report, listener)
    return report


def walk_staff(world, report):
    StaffWalk(world, report).go(lambda role: traces.look_at_database(report, role.name))


def walk_public(world, report):
    PublicWalk(world, report).go()
    prove_that_public_words_are_seen(world, report)


# What is public stands in each of these: who does not find it there finds no leak either.
SHOWN_IN = {"trang": "/da-tra-loi/", "nguồn tin": "atom.xml", "tệp CSV": ".csv", "API": "georeport"}


def prove_that_public_words_are_seen(world, report):
    for canary in world.canaries.known.values():
        if canary.field == "feedback.Ticket.public_subject":
            places = [place for place, seen in report.public_seen.items() if canary in seen]
            missed = [
                kind
                for kind, part in SHOWN_IN.items()
                if not any(part in place for place in places)
            ]
            if missed:
                gap = f"không thấy {canary.case} ở {', '.join(missed)}, dù đã công khai"
                report.gaps.append(gap)


def look_at_traces(report, folder):
    traces.look_at_database(report)
    traces.look_at_caches(report)
    traces.look_at_files(report, folder)


def jobs_by_themselves():
    """What the portal does at its own times, once: tidying, telling, sending reminders."""
    for periodic in app.periodic_registry.periodic_tasks.values():
        name = periodic.task.name
        # Those that read the ledger again only tell positions, and take their time.
        if name.startswith("feedback.") and "verify" not in name:
            app.tasks[name](timestamp=0)


def prove_seeding(world, report):
    """Every private field holds a canary: a word that was never let in cannot be missed."""
    for label in sorted(fields.unclassified()):
        report.gaps.append(f"trường {label} chưa được xếp vào loại nào (feedback/drill/fields.py)")
    for label in sorted(fields.names_in(fields.PRIVATE)):
        model, name = fields.column_of(label)
        values = model._base_manager.values_list(name, flat=True)
        if not any(world.canaries.found_in(str(value)) for value in values):
            report.gaps.append(f"không có chữ dò nào trong {fields.in_words(label)}")
    if not file_count():
        report.gaps.append("không có tệp nào đã gửi")
