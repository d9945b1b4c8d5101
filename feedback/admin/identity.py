"""Who sent a ticket, as far as it is put right on their own request."""

from django import forms

from feedback.models import TicketSender


class CorrectionForm(forms.ModelForm):
    class Meta:
        model = TicketSender
        fields = ["name", "address", "phone", "email", "organisation_name"]
