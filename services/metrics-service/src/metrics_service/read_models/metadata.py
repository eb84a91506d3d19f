"""The tables of the metrics database: the kernel's, the directory's and the read models'."""

from __future__ import annotations

from opentas_shared.organisation.directory import add_directory
from opentas_shared.persistence.tables import kernel_metadata

metadata = kernel_metadata()
add_directory(metadata)
