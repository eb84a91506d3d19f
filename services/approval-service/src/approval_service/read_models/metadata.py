"""The tables of approval-service's database."""

from opentas_shared.organisation.directory import add_directory
from opentas_shared.persistence.tables import kernel_metadata

metadata = kernel_metadata()
add_directory(metadata)
