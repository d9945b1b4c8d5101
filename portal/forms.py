"""What people type into the portal's one search box."""

from django import forms

from portal.text import clean_line

# Longer than any real question; the rest of a pasted page is not read.
LONGEST_QUERY = 300


class SearchForm(forms.Form):
    """A query of one line. Nothing that a person types is an error: it is cut and cleaned."""

    q = forms.CharField(required=False, strip=False)

    def clean_q(self):
        return clean_line(self.cleaned_data["q"][:LONGEST_QUERY])

    @classmethod
    def query_of(cls, request):
        # Cut before validation, so that no validator reads a hundred thousand letters.
        form = cls({"q": request.GET.get("q", "")[: LONGEST_QUERY * 2].replace("\x00", "")})
        form.is_valid()
        return form.cleaned_data.get("q", "")
