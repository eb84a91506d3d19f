"""Where an import goes: the address and the token, given or those of the local product."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from opentas.folder import data_folder, running
from opentas.importing.problems import Unusable
from opentas_shared.runtime.settings import SharedSettings, load_settings
from opentas_shared.web.keys import FILE_NAME, sign_development_token

DEFAULT_URL = "http://127.0.0.1:8000"
IMPORTER = "importer"


@dataclass(frozen=True)
class Target:
    """The address of the product, without a slash at its end, and a bearer token."""

    url: str
    token: str


def target(url: str | None, token: str | None) -> Target:
    """What was given, else the product running on the data folder and a development token."""
    found = running(data_folder())
    chosen = (url or (found.url if found else DEFAULT_URL)).rstrip("/")
    try:
        parsed = httpx.URL(chosen)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise Unusable(f"--url must be an address like {DEFAULT_URL}, not {chosen!r}.")
    return Target(chosen, token or _development_token(parsed))


def _development_token(url: httpx.URL) -> str:
    settings = load_settings(SharedSettings, data_dir=data_folder())
    if settings.mode != "development" or not _is_local(url.host):
        raise Unusable(f"{url} needs a --token: only a local development product does without.")
    if not (settings.data_dir / FILE_NAME).exists():
        raise Unusable(
            f"There is no development key in {settings.data_dir}: start the product there "
            "(opentas up), name its folder in OPENTAS_DATA_DIR, or give a --token."
        )
    return sign_development_token(settings, "admin", name="Import", roles=("admin", IMPORTER))


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
