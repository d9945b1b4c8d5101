from django import template

register = template.Library()


@register.inclusion_tag("components/chart.html")
def chart(chart, csv_url):
    """A chart with its title, description, drawing, table, source and file."""
    return {"chart": chart, "csv_url": csv_url}
