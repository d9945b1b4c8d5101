"""Reference and sample rows of Cà Mau. A row that is already there stays as staff left it."""

import json
from datetime import date
from pathlib import Path

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from portal.text import slugify
from procedures.importing.service import import_records
from procedures.models import (
    AdminUnit,
    AdminUnitSuccession,
    Agency,
    CalendarException,
    ContactChannel,
    HandbookChapter,
    HandbookEntry,
    LegalDocument,
    Level,
    OpeningHours,
    Procedure,
    ProcedureTranslation,
    Sector,
    SectorGroup,
    ServicePoint,
    Synonym,
    TermTranslation,
    TranslatedText,
    originals_of,
)

FOLDER = Path(__file__).resolve().parent / "sample"
PROVINCE_CODE = "96"

# The two-tier local government began on this day; provinces merged and districts ended.
REFORMED_ON = date(2025, 7, 1)
PROVINCE_DECISION = "Nghị quyết số 202/2025/QH15 ngày 12/06/2025"
COMMUNE_DECISION = "Nghị quyết số 1655/NQ-UBTVQH15 ngày 16/06/2025"


@transaction.atomic
def load_sample(on_progress=None) -> dict[str, int]:
    """Add what is missing, all or nothing; say how many rows of each kind were added."""
    return {
        "đơn vị hành chính": add_units(),
        "lần sáp nhập, chia tách": add_successions(),
        "cơ quan": add_agencies(),
        "văn bản pháp luật": add_legal_documents(),
        "ngày nghỉ lễ, làm bù": add_calendar(),
        "thủ tục": add_procedures(on_progress),
        "nhóm theo việc của người dân": add_groups(),
        "từ đồng nghĩa": add_synonyms(),
        "nơi nộp hồ sơ": add_service_points(),
        "lĩnh vực tiếp nhận ở các nơi nộp hồ sơ": add_received_sectors(),
        "tên gọi bằng tiếng nước ngoài": add_terms(),
        "bản dịch thủ tục": add_translations(),
        "chương sổ tay cho người nước ngoài": add_handbook(),
    }


def add_units():
    units = _read("units.json")
    return _add_units(units["present"], None, valid_from=REFORMED_ON) + _add_units(
        units["former"], None, valid_to=REFORMED_ON
    )


def _add_units(rows, parent, **span):
    """Add units of one span, then what lies in them. A code may stand once in each span."""
    known = _units_by_code(present="valid_to" not in span)
    missing = [row for row in rows if row["code"] not in known]
    AdminUnit.objects.bulk_create(
        AdminUnit(code=row["code"], name=row["name"], kind=row["kind"], parent=parent, **span)
        for row in missing
    )
    known = _units_by_code(present="valid_to" not in span)
    return len(missing) + sum(
        _add_units(row["units"], known[row["code"]], **span) for row in rows if "units" in row
    )


def add_successions():
    """Link every former unit to the present units that its area lies in."""
    former, present = _units_by_code(present=False), _units_by_code(present=True)
    known = set(AdminUnitSuccession.objects.values_list("old_id", "new_id"))
    missing = []
    for old_code, new_code, decision in _successions(_read("units.json")["former"]):
        old, new = former[old_code], present[new_code]
        if (old.pk, new.pk) not in known:
            missing.append(
                AdminUnitSuccession(old=old, new=new, effective_on=REFORMED_ON, decision=decision)
            )
    AdminUnitSuccession.objects.bulk_create(missing)
    return len(missing)


def _successions(provinces):
    for province in provinces:
        yield province["code"], PROVINCE_CODE, PROVINCE_DECISION
        for district in province["units"]:
            heirs = {code for commune in district["units"] for code in commune["now"]}
            yield from ((district["code"], code, COMMUNE_DECISION) for code in sorted(heirs))
            for commune in district["units"]:
                yield from ((commune["code"], code, COMMUNE_DECISION) for code in commune["now"])


def _units_by_code(*, present):
    return {unit.code: unit for unit in AdminUnit.objects.filter(valid_to__isnull=present)}


def add_agencies():
    province = _units_by_code(present=True)[PROVINCE_CODE]
    known = {agency.slug: agency for agency in Agency.objects.all()}
    has_owner = any(agency.owns_portal for agency in known.values())
    added = 0
    for row in _read("agencies.json"):
        slug = Agency.slug_for(row["name"])
        if slug in known:
            continue
        parent = known[Agency.slug_for(row["parent"])] if "parent" in row else None
        owns_portal = row.get("owns_portal", False) and not has_owner
        channels = row.pop("channels", [])
        known[slug] = Agency.objects.create(
            **row | {"parent": parent, "owns_portal": owns_portal},
            slug=slug,
            admin_unit=province,
        )
        ContactChannel.objects.bulk_create(
            ContactChannel(agency=known[slug], order=order, **channel)
            for order, channel in enumerate(channels)
        )
        added += 1
    return added


def add_legal_documents():
    rows = {row["number"]: row for row in _read("legal_documents.json")}
    known = set(LegalDocument.objects.filter(number__in=rows).values_list("number", flat=True))
    links = {"replaced_by", "amended_by"}
    missing = [row for number, row in rows.items() if number not in known]
    LegalDocument.objects.bulk_create(
        LegalDocument(**{name: row[name] for name in row.keys() - links}) for row in missing
    )
    documents = LegalDocument.objects.in_bulk(list(rows), field_name="number")
    for row in missing:
        document = documents[row["number"]]
        if "replaced_by" in row:
            document.replaced_by = documents[row["replaced_by"]]
            document.save(update_fields=["replaced_by"])
        document.amended_by.add(*(documents[number] for number in row.get("amended_by", [])))
    return len(missing)


def add_calendar():
    """The days of the years that nobody has begun to enter: a day that staff took out does not come back."""
    rows = _read("calendar.json")
    known = {day.year for day in CalendarException.objects.values_list("date", flat=True)}
    missing = [row for row in rows if date.fromisoformat(row["date"]).year not in known]
    CalendarException.objects.bulk_create(CalendarException(**row) for row in missing)
    return len(missing)


def add_procedures(on_progress=None):
    """Import the sample procedures whose codes nobody uses: a real record is never covered by a sample."""
    known = set(Procedure.objects.values_list("code", flat=True))
    with (FOLDER / "procedures.jsonl").open(encoding="utf-8") as file:
        lines = [
            (number, line)
            for number, line in enumerate(file, start=1)
            if json.loads(line)["code"] not in known
        ]
    import_records(lines, origin="mẫu", sample=True, on_progress=on_progress)
    return Procedure.objects.count() - len(known)


def add_groups():
    """Groups with their sectors and procedures; also procedures imported since, unless staff edited the group."""
    groups = SectorGroup.objects.in_bulk(field_name="slug")
    edited = set(
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(SectorGroup)
        ).values_list("object_id", flat=True)
    )
    added = 0
    for place, row in enumerate(_read("groups.json"), start=1):
        group = groups.get(row["slug"])
        if group is None:
            group = SectorGroup.objects.create(
                slug=row["slug"],
                name=row["name"],
                description=row["description"],
                icon=row["icon"],
                order=place * 10,
            )
            added += 1
        if str(group.pk) not in edited:
            group.sectors.add(*_sectors_named(row["sectors"]))
            group.procedures.add(*Procedure.objects.filter(code__in=row["codes"]))
    return added


def _sectors_named(names):
    by_slug = {slugify(name, max_length=110): name for name in names}
    known = set(Sector.objects.filter(slug__in=by_slug).values_list("slug", flat=True))
    Sector.objects.bulk_create(
        Sector(name=name, slug=slug) for slug, name in by_slug.items() if slug not in known
    )
    return Sector.objects.filter(slug__in=by_slug)


def add_synonyms():
    known = set(Synonym.objects.values_list("term", flat=True))
    missing = [Synonym(**row) for row in _read("synonyms.json") if row["term"] not in known]
    Synonym.objects.bulk_create(missing)
    return len(missing)


def add_service_points():
    """The provincial centre and a centre in every present commune, with their opening hours."""
    sample = _read("service_points.json")
    known = set(ServicePoint.objects.values_list("slug", flat=True))
    points = [point for point in _service_points(sample) if point.slug not in known]
    ServicePoint.objects.bulk_create(points)
    OpeningHours.objects.bulk_create(
        OpeningHours(service_point=point, weekday=weekday, opens_at=opens, closes_at=closes)
        for point in points
        for weekday, opens, closes in _hours(sample["hours"], point)
    )
    return len(points)


def _service_points(sample):
    kinds = ServicePoint.Kind
    province = _units_by_code(present=True)[PROVINCE_CODE]
    yield ServicePoint(
        **sample["provincial_centre"],
        kind=kinds.PROVINCIAL_CENTRE,
        admin_unit=province,
        is_sample=True,
    )
    commune = sample["commune_centre"]
    notes = commune["accessibility_notes"]
    units = AdminUnit.objects.current().communes().filter(parent=province).order_by("code")
    for place, unit in enumerate(units):
        name = unit.full_name[0].lower() + unit.full_name[1:]
        yield ServicePoint(
            name=commune["name"].format(unit=name),
            slug=slugify(unit.full_name),
            kind=kinds.COMMUNE_CENTRE,
            admin_unit=unit,
            address=commune["address"].format(unit=name),
            phone=commune["phone"].format(number=101 + place),
            accessibility_note=notes[place % len(notes)],
            note=commune["note"],
            is_sample=True,
        )


def _hours(sample, point):
    days = OpeningHours.Weekday
    for weekday in range(days.MONDAY, days.SATURDAY):
        for opens, closes in sample["weekday"]:
            yield weekday, opens, closes
    if point.kind == ServicePoint.Kind.PROVINCIAL_CENTRE:
        for opens, closes in sample["saturday"]:
            yield days.SATURDAY, opens, closes


def add_received_sectors():
    """Let sample points take every sector that has procedures at their level, also sectors imported since."""
    kinds = ServicePoint.Kind
    links = ServicePoint.sectors.through
    known = set(links.objects.values_list("servicepoint_id", "sector_id"))
    missing = []
    for kind, level in [
        (kinds.PROVINCIAL_CENTRE, Level.PROVINCE),
        (kinds.COMMUNE_CENTRE, Level.COMMUNE),
    ]:
        sectors = set(
            Procedure.objects.filter(levels__contains=[level])
            .exclude(sector=None)
            .values_list("sector", flat=True)
        )
        points = ServicePoint.objects.filter(kind=kind, is_sample=True)
        missing += [
            links(servicepoint_id=point, sector_id=sector)
            for point in points.values_list("pk", flat=True)
            for sector in sectors
            if (point, sector) not in known
        ]
    links.objects.bulk_create(missing)
    return len(missing)


def add_terms():
    """Names in other languages: those of the file, and regular ones made for every unit and commune centre."""
    known = set(TermTranslation.objects.values_list("language", "original"))
    missing = [
        TermTranslation(language=language, original=original, text=text)
        for language, sample in _read("terms.json").items()
        for original, text in (_regular_terms(sample) | sample["names"]).items()
        if (language, original) not in known
    ]
    TermTranslation.objects.bulk_create(missing)
    return len(missing)


def _regular_terms(sample):
    terms = {unit.full_name: _unit_term(sample, unit) for unit in AdminUnit.objects.all()}
    centre = _read("service_points.json")["commune_centre"]
    for unit in AdminUnit.objects.current().communes():
        name = unit.full_name[0].lower() + unit.full_name[1:]
        for part, pattern in sample["commune_centre"].items():
            terms[centre[part].format(unit=name)] = pattern.format(unit=terms[unit.full_name])
    return terms


def _unit_term(sample, unit):
    is_numbered = unit.kind == AdminUnit.Kind.WARD and unit.name.isdigit()
    pattern = sample["numbered_ward"] if is_numbered else sample["units"][unit.kind]
    return pattern.format(name=unit.name)


def add_translations():
    """Translations of sample procedures: a real record is not told in the words of a sample."""
    known = set(ProcedureTranslation.objects.values_list("language", "procedure__code"))
    samples = Procedure.objects.filter(is_sample=True).prefetch_related(
        "cases__documents", "results"
    )
    procedures = {procedure.code: procedure for procedure in samples}
    missing = [
        (language, procedures[row["code"]], row, sample["texts"] | row["texts"])
        for language, sample in _read("translations.json").items()
        for row in sample["procedures"]
        if row["code"] in procedures and (language, row["code"]) not in known
    ]
    for language, procedure, row, texts in missing:
        translation = ProcedureTranslation.objects.create(
            **{name: row[name] for name in row.keys() - {"code", "texts"}},
            language=language,
            procedure=procedure,
            made_from=procedure.updated_at,
        )
        TranslatedText.objects.bulk_create(
            TranslatedText(
                translation=translation, original=original, text=texts[original], order=order
            )
            for order, original in enumerate(originals_of(procedure), start=1)
            if original in texts
        )
    return len(missing)


def add_handbook():
    """Chapters with the translated sample procedures that stand in them."""
    known = set(HandbookChapter.objects.values_list("language", "slug"))
    translations = {
        (translation.language, translation.procedure.code): translation
        for translation in ProcedureTranslation.objects.select_related("procedure")
    }
    added = 0
    for language, chapters in _read("handbook.json").items():
        for order, row in enumerate(chapters, start=1):
            if (language, row["slug"]) in known:
                continue
            codes = row.pop("codes")
            chapter = HandbookChapter.objects.create(**row, language=language, order=order)
            HandbookEntry.objects.bulk_create(
                HandbookEntry(
                    chapter=chapter, translation=translations[language, code], order=place
                )
                for place, code in enumerate(codes, start=1)
                if (language, code) in translations
            )
            added += 1
    return added


def _read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
