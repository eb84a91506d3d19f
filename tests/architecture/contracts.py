"""Two kinds of import contract that import-linter does not ship: an allow-list and a door."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


class _DirectImports(Contract):
    """Reports single imports; subclasses say which ones break the contract."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = sorted(self.broken(graph))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, line in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported} (l. {line})", bold=True)

    def broken(self, graph: ImportGraph) -> set[tuple[str, str, int]]:
        raise NotImplementedError


def _details(graph: ImportGraph, importer: str, imported: str) -> list[Any]:
    return list(graph.get_import_details(importer=importer, imported=imported))


class OnlyAllowed(_DirectImports):
    """``source_packages`` import themselves, the ``allowed`` ones and the standard library."""

    source_packages = fields.SetField(subfield=fields.StringField())
    allowed = fields.SetField(subfield=fields.StringField())

    def broken(self, graph: ImportGraph) -> set[tuple[str, str, int]]:
        return {
            (importer, imported, detail["line_number"])
            for source in self.source_packages  # type: ignore[attr-defined]
            for importer in graph.modules
            if _inside(importer, source)
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported.partition(".")[0] not in sys.stdlib_module_names
            and not any(_inside(imported, door) for door in {source, *self.allowed})  # type: ignore[misc]
            for detail in _details(graph, importer, imported)
        }


class OnlyImporters(_DirectImports):
    """``imported``, a package of others or a module in it, is imported by ``importers`` alone."""

    imported = fields.StringField()
    importers = fields.SetField(subfield=fields.StringField())

    def broken(self, graph: ImportGraph) -> set[tuple[str, str, int]]:
        package, _, module = str(self.imported).partition(".")
        names = re.compile(rf"{package}(\.{module}\b| import .*\b{module}\b|$)" if module else "")
        return {
            (importer, str(self.imported), detail["line_number"])
            for importer in graph.find_modules_that_directly_import(package)
            if not any(_inside(importer, door) for door in self.importers)  # type: ignore[attr-defined]
            for detail in _details(graph, importer, package)
            if names.search(detail["line_contents"])
        }
