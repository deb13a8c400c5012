"""The catalog that the settings name."""

from etl.lake.catalogs.base import Catalog
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.settings import Settings


def catalog_of(settings: Settings) -> Catalog:
    """The catalog that ``KHOBOR_CATALOG`` names."""
    if not settings.is_catalog_on_postgres:
        return SqliteCatalog(settings.lake_folder)
    from etl.lake.catalogs.postgres import PostgresCatalog  # the driver takes 0.1 s to import

    return PostgresCatalog(settings.catalog_parts)
