"""The official list as the national portal exports it: code, name, agencies and sector, nothing more."""

import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO

import openpyxl
from django.db import transaction
from django.utils import timezone

from portal.text import fold
from procedures.importing import cleaning, comparing, parsing, writing
from procedures.importing.content import PART_NAMES, Content
from procedures.importing.references import References
from procedures.importing.report import CHANGED, NEW, REFUSED, SAME, ImportReport, Outcome
from procedures.models import Procedure
from procedures.models.catalogue import CODE_PATTERN
from procedures.services import complete_procedures

MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 40
HEADER_ROWS = 20
COLUMNS = {
    "ma so": "code",
    "ma thu tuc": "code",
    "ten": "name",
    "ten thu tuc": "name",
    "co quan ban hanh": "issuing",
    "co quan thuc hien": "executing",
    "linh vuc": "sector",
}
LISTED_PARTS = ("name", "sector", "executing", "issuing")
