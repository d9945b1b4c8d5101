"""How pages about what is told on the air write things."""

from django import template

from outreach.lengths import written_length

register = template.Library()

register.filter("length_in_words", written_length)
