# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers of every kind of storage that databases are exported to and imported from, for tests and to try things out.

``with serve("sftp", folder) as store:`` starts one on a free port of 127.0.0.1 and ends it. ``python -m tests.storage sftp``
does so until Ctrl-C. Each kind is a module here, imported when it is wanted, with a context manager ``serve``.
"""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from .store import Store

#: kind -> the module that serves it, and more arguments for it
KINDS = {
    "directory": ("directory", {}),
    "ftp": ("ftp", {}),
    "ftps": ("ftp", {"tls": True}),
    "sftp": ("sftp", {}),
    "http": ("web", {}),
    "https": ("web", {"tls": True}),
    "s3": ("s3", {}),
    "gs": ("gs", {}),
    "abs": ("abs", {}),
}


def serve(kind: str, folder: Path, **options: Any) -> AbstractContextManager[Store]:
    """Return a context manager that runs a server of this kind; what it keeps in files is in the folder. The options are the kind's own.

    Raises StoreMissing for a server that is not installed.
    """
    module, more = KINDS[kind]
    return importlib.import_module(f"{__name__}.{module}").serve(folder, **more, **options)
