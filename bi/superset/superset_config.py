"""Superset's configuration; ``SUPERSET_CONFIG_PATH`` points here.

``KHOBOR_SUPERSET_HOME`` is the folder of its state. ``SUPERSET_DATABASE`` names another metadata
database than the SQLite file there. The secret key comes from ``SUPERSET_SECRET_KEY``, or from the
file ``secret_key`` in that folder.
"""

import os
import sys
from pathlib import Path

from sqlalchemy.dialects import registry

# The dialect lies next to this file, and the list of what it allows in `etl`.
sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2])]
registry.register("duckdb.reading", "reading_dialect", "ReadingDialect")

_home = Path(os.environ["KHOBOR_SUPERSET_HOME"])

SECRET_KEY = os.environ.get("SUPERSET_SECRET_KEY") or (_home / "secret_key").read_text().strip()
SQLALCHEMY_DATABASE_URI = os.environ.get("SUPERSET_DATABASE") or f"sqlite:///{_home}/superset.db"
DATA_DIR = str(_home)

# A cached answer would outlive the build it was read from.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
# Filters that a user has set, and what they explore: they must survive between requests.
_state_cache = {
    "CACHE_TYPE": "SupersetMetastoreCache",
    "CACHE_KEY_PREFIX": "khobor_",
    "CACHE_DEFAULT_TIMEOUT": 86400 * 30,
}
FILTER_STATE_CACHE_CONFIG = _state_cache
EXPLORE_FORM_DATA_CACHE_CONFIG = _state_cache

# The datasets ask for the range of the time filter, to draw days, weeks or months.
FEATURE_FLAGS = {"ENABLE_TEMPLATE_PROCESSING": True}

APP_NAME = "Khobor"
# A font with Bangla letters by name; where none of them is there, the browser finds its own.
_TOKENS = {
    "fontFamily": "Inter, 'Noto Sans Bengali', 'Nirmala UI', 'Kohinoor Bangla', sans-serif",
    "brandLogoAlt": APP_NAME,
    "brandLogoUrl": "/static/assets/images/superset-logo-horiz.png",
    "brandLogoHeight": "24px",
    "brandLogoMargin": "18px 0",
    "brandLogoHref": "/",
}
THEME_DEFAULT = {"token": _TOKENS, "algorithm": "default"}
THEME_DARK = {"token": _TOKENS, "algorithm": "dark"}

# The browser waits as long for a chart as the server does: a busy machine is slow, not broken.
SUPERSET_WEBSERVER_TIMEOUT = 300

SESSION_COOKIE_SAMESITE = "Lax"
WTF_CSRF_TIME_LIMIT = None
# The browser asks nobody else: Superset's pages hold a pixel of a telemetry service.
CONTENT_SECURITY_POLICY_WARNING = False
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
