"""The tables of opportunity-service: the kernel's, the directory's, and the read models beside."""

from opentas_shared.organisation.directory import add_directory
from opentas_shared.persistence.tables import kernel_metadata

metadata = kernel_metadata()
add_directory(metadata)
