"""What search engines and assistants read of an article, as schema.org has it."""

from portal.site import absolute_url


def news_article(version, owner):
    properties = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.title,
        "description": version.lead,
        "mainEntityOfPage": absolute_url(version.article.get_own_url()),
        "inLanguage": version.article.language,
        "datePublished": version.published_at.isoformat(),
        "dateModified": version.public_from.isoformat(),
        "articleSection": version.category.name,
        "image": absolute_url(version.cover.get_rendition_url("og.jpg")) if version.cover else "",
        "author": {"@type": "Person", "name": version.author_name} if version.author_name else "",
        "publisher": {"@type": "GovernmentOrganization", "name": owner.name} if owner else "",
    }
    return {name: value for name, value in properties.items() if value}
