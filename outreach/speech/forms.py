"""How short things are said: what staff keep as rows, for `reading.spoken`."""

from outreach.models import SpokenForm


def spoken_forms() -> dict[str, str]:
    return dict(SpokenForm.objects.values_list("written", "spoken"))
