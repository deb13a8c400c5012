"""The picture that an article is shown with."""

from etl.addresses import join_url
from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import Json, texts


def image_url(facts: Facts) -> str | None:
    """Return the absolute address of the article's picture: og:image, JSON-LD, Twitter's card."""
    for candidate in (
        facts.dom.first("og:image", "og:image:url", "og:image:secure_url"),
        _image(facts.node("image")),
        _image(facts.node("thumbnailUrl")),
        facts.dom.first("twitter:image", "twitter:image:src"),
    ):
        if candidate and (candidate := candidate.strip()) and not candidate.startswith("data:"):
            address = join_url(facts.url or facts.dom.base, candidate)
            if address is not None:
                return address
    return None


def _image(value: Json) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return next(texts(value), None)
