# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of storage locations: a real server behind each type, with the logins and the rights that the page names."""

from __future__ import annotations

import json
import re

from tests.examples.extract import blocks_of_page
from tests.examples.page import Page, real
from tests.storage import serve
from tests.storage.store import PASSWORD, StoreMissing, url_login

PAGE = "docs/storage_locations.md"
FILE = "bk20261101-020043-2-sessions-1_of_1-1-0-16383.rdb.gz"
_WRITTEN = re.compile(r"bk\d{8}-\d{6}-2-sessions-1_of_1-\d+-0-16383\.rdb\.gz")
#: kind of server -> the beginning of the addresses of the page that lead there
_ADDRESSES = {
    "ftps": ("ftps://exporter:", "@files.example.com/redis/"),
    "https": ("https://exporter:", "@www.example.com/"),
    "sftp": ("sftp://exporter@", "sftp.example.com/redis/"),
}


def _policy():
    """The rights that the page gives to a user of S3."""
    (text,) = [block.text for block in blocks_of_page(PAGE) if block.language == "json"]
    return json.loads(text)


class Stores:
    """The servers, and what the examples do with them."""

    def __init__(self):
        self.stores = {}

    def start(self, stack, folder, page):
        authorities = ""
        for kind in ("ftps", "https", "sftp", "s3", "gs", "abs"):
            options = {"policies": {"of-the-page": _policy()}} if kind == "s3" else {}
            try:
                store = stack.enter_context(serve(kind, folder / kind, **options))
            except StoreMissing as missing:
                page.not_run |= {f"- name: {verb} Azure": str(missing) for verb in ("Export to", "Import from")}
                page.missing.append(str(missing))
                continue
            self.stores[kind] = store
            ca = store.settings.get("storage_ca")
            authorities += open(ca, encoding="ascii").read() if ca else ""
            page.cluster |= store.settings
        bundle = folder / "authorities.pem"
        bundle.write_text(authorities, encoding="ascii")
        page.cluster["storage_ca"] = str(bundle)
        page.substitutes |= dict(self._addresses())
        page.values |= self._secrets()

    def _addresses(self):
        # Object stores keep what the tests look at below this folder.
        yield "subdir: nightly", "subdir: exports"
        for kind, (login, host) in _ADDRESSES.items():
            url = [value for key, value in self.stores[kind].source("").items() if key.endswith("url")][0]
            scheme, dummy, rest = url.partition("://")
            user, dummy, address = rest.rpartition("@")
            name = user.partition(":")[0]
            yield login, f"{scheme}://{name}" + login[login.index("exporter") + len("exporter") :]
            yield host, ("@" if host.startswith("@") else "") + address

    def _secrets(self):
        keys = self.stores["s3"].extra["keys"]["of-the-page"]
        secrets = {
            "vault_ftp_password": PASSWORD,
            "vault_s3_key_id": keys["access_key_id"],
            "vault_s3_secret": keys["secret_access_key"],
            "vault_gcs_account": self.stores["gs"].location,
        }
        if "abs" in self.stores:
            secrets["vault_sas_token"] = self.stores["abs"].extra["sas"]["sas_token"]
        return secrets

    def prepare(self, session):
        self.before = session.sim.control.contents(2)
        key = session.controller / ".ssh/exporter"
        key.parent.mkdir()
        key.write_text(self.stores["sftp"].extra["key"], encoding="utf-8")

    def rename(self, session):
        """All exports are done. Give their files the name that the page imports, and spoil the database."""
        folder = session.folder / "mnt/exports"
        (written,) = folder.iterdir()
        written.rename(folder / FILE)
        content = (folder / FILE).read_bytes()
        for kind, store in self.stores.items():
            names = [name for name in store.names() if _WRITTEN.fullmatch(name)]
            if len(names) != (kind != "https"):
                session.findings.append(f"{kind}: there are {names} instead of one export")
            store.write(FILE, store.read(names[0]) if names else content)
        session.sim.control.flush(2)

    def after(self, session):
        if session.sim.control.contents(2) != self.before or len(self.before) != 30:
            session.findings.append("sessions do not hold what was exported")
        if session.sim.control.counters()["accepted_imports"] != {"2": len(self.stores) + 1}:
            session.findings.append("not every example has imported")
        if url_login() in "".join(ended.run.text for ended in session.ended):
            session.findings.append("a password was printed")


def page():
    stores = Stores()
    return Page(
        databases=[real(1, "orders", 5), real(2, "sessions", 30)],
        servers=stores.start,
        prepare=stores.prepare,
        last="- name: Import from",
        before={"- name: Import from the share": stores.rename},
        after=stores.after,
        not_run={"{": "the S3 server of this page gives these rights to the user of its examples"},
    )
