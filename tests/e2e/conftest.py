"""Importing real history into a running product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.real_imports import Importer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.live import LiveProduct


@pytest.fixture
def importer(
    live_product: Callable[[str], LiveProduct], real_data: Path, tmp_path: Path
) -> Callable[[str], tuple[LiveProduct, Importer]]:
    def make(transport: str) -> tuple[LiveProduct, Importer]:
        product = live_product(transport)
        return product, Importer(product, real_data, tmp_path)

    return make
