# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliberately broken versions of the collection, each with the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass

UNIT = "tests/unit/plugins"
IMPORT = f"{UNIT}/modules/test_bdb_import.py"
EXPORT = f"{UNIT}/modules/test_bdb_export.py"
RUNNER = f"{UNIT}/module_utils/test_operation.py"
FAULTS = "tests/integration/test_faults.py"
FILES = "tests/integration/test_export_files_info.py"
INVENTORY = "tests/integration/test_inventory.py"
ROLE_FILES = "tests/integration/test_role_export_databases_files.py"


@dataclass
class Mutant:
    """``old`` stands exactly once in ``file`` and becomes ``new``; each of ``tests`` (arguments of pytest) must fail by itself."""

    broken: str
    file: str
    old: str
    new: str
    tests: tuple[tuple[str, ...], ...]


START = "plugins/module_utils/_start.py"
STARTING = "plugins/module_utils/_starting.py"
OPERATION = "plugins/module_utils/_operation.py"
JOB = "plugins/module_utils/_job.py"
CLIENT = "plugins/module_utils/_client.py"
POLICY = f"{UNIT}/modules/test_bdb_backup_policy.py"
POLICY_CHANGE = "plugins/module_utils/_policy_change.py"
POLICY_PREVIEW = "plugins/module_utils/_policy_preview.py"
STORED = "plugins/module_utils/_stored_location.py"

MUTANTS = {
    "blind-repost": Mutant(
        "A start whose answer was lost is sent again at once",
        JOB,
        "(error.transient and not error.delivered)",
        "error.transient",
        (
            (EXPORT, "-k", "lost_is_not_sent_twice"),
            (FAULTS, "-k", "drop-start-taken or 500-start-taken or stall-start-taken"),
        ),
    ),
    "no-fence": Mutant(
        "A stale status is not reset before the start",
        START,
        "if job.state.status != IDLE and not job.fence_sent:\n            return reset_write(job)",
        "if False:\n            return reset_write(job)",
        (
            (EXPORT, "-k", "stale_success or stale_failure"),
            ("tests/integration/test_bdb_export.py", "-k", "no_verdict_of_a_former_run"),
        ),
    ),
    "stale-verdict": Mutant(
        "Any end is believed, whether it can be told from the former one or not",
        START,
        "believed = job.fenced or job.seen_running or new_success",
        "believed = True",
        ((EXPORT, "-k", "reset_without_effect"),),
    ),
    "idle-is-success": Mutant(
        "Idle after the start is taken for a success",
        START,
        "elif new_success or (state.status == SUCCEEDED and believed):",
        "elif state.status in (SUCCEEDED, IDLE):",
        ((EXPORT, "-k", "delayed_start or never_comes"), (FAULTS, "-k", "never-starts")),
    ),
    "reset-is-success": Mutant(
        "A run whose status was reset by somebody else is taken for a success",
        START,
        "if job.lost_since is None:\n            job.lost_since = now",
        "if True:\n            job.finish(self._done, now)",
        ((EXPORT, "-k", "reset_by_somebody_else"), (FAULTS, "-k", "foreign-reset-failure")),
    ),
    "second-export": Mutant(
        "A database that is being exported is started again",
        JOB,
        "now >= self.not_before and not is_running(self.state.status)",
        "now >= self.not_before",
        ((EXPORT, "-k", "waited_for_and_a_new_one"),),
    ),
    "no-attach": Mutant(
        "A running export is waited for and then repeated, where it should be followed",
        START,
        'elif self._if_running == "attach":',
        'elif self._if_running == "never":',
        ((EXPORT, "-k", "attached_to"), (FAULTS, "-k", "interrupted")),
    ),
    "409-final": Mutant(
        "A temporary 409 is final",
        JOB,
        'error.kind in ("conflict", "throttled") or',
        'error.kind in ("throttled",) or',
        ((EXPORT, "-k", "conflict"), (FAULTS, "-k", "409-times")),
    ),
    "retry-after-ignored": Mutant(
        "Retry-After is ignored",
        CLIENT,
        "return max(delay, min(retry_after or 0, _RETRY_AFTER_CEILING))",
        "return delay",
        ((FAULTS, "-k", "429-start"),),
    ),
    "retried-401": Mutant(
        "A refused password is sent again",
        CLIENT,
        "self._refusal = response, payload",
        "self._refusal = self._send(method, url, params, body, headers)",
        ((FAULTS, "-k", "wrong-password"),),
    ),
    "foreign-redirect": Mutant(
        "A redirect is followed wherever it leads",
        CLIENT,
        "if response.status_code not in (307, 308) or not secure or not known:",
        "if not host:",
        ((FAULTS, "-k", "redirect-foreign_host or redirect-inner_address"),),
    ),
    "netrc": Mutant(
        "Credentials of ~/.netrc replace a token",
        "plugins/module_utils/_transport.py",
        "session.auth = lambda request: request",
        "session.auth = None",
        (("tests/integration/test_connection.py", "-k", "netrc"),),
    ),
    "no-tls": Mutant(
        "The certificate is not verified",
        "plugins/module_utils/_connection.py",
        'if not params["validate_certs"]:',
        "if True:",
        (("tests/integration/test_bad_input.py", "-k", "ca_did_not_sign"),),
    ),
    "write-in-check-mode": Mutant(
        "Check mode exports",
        "plugins/modules/bdb_export.py",
        "    if task.check_mode:\n",
        "    if False:\n",
        (
            (EXPORT, "-k", "check_mode"),
            ("tests/integration/test_bdb_export.py", "-k", "check_names"),
            ("tests/integration/test_role_export_databases.py", "-k", "check_mode"),
        ),
    ),
    "reset-in-check-mode": Mutant(
        "Check mode resets",
        "plugins/modules/bdb_status_reset.py",
        "    if task.check_mode:\n",
        "    if False:\n",
        (
            (f"{UNIT}/modules/test_bdb_status_reset.py", "-k", "check_mode"),
            ("tests/integration/test_bdb_status_reset.py", "-k", "reset_once"),
        ),
    ),
    "reset-of-running": Mutant(
        "A running operation is reset",
        "plugins/module_utils/_reset.py",
        "        if is_running(state.status):\n            self._meet_running(job, now)\n        elif job.phase == QUEUED:",
        "        if job.phase == QUEUED:",
        (
            (f"{UNIT}/modules/test_bdb_status_reset.py", "-k", "running"),
            ("tests/integration/test_bdb_status_reset.py", "-k", "never_reset"),
        ),
    ),
    "foreign-end-denies-reset": Mutant(
        "A reset around which another run ended counts as without effect",
        "plugins/module_utils/_reset.py",
        "elif state.last_time not in (None, job.before.last_time):",
        "elif False:",
        ((f"{UNIT}/modules/test_bdb_status_reset.py", "-k", "in_between"),),
    ),
    "single-write-holds-looks-up": Mutant(
        "Nothing is looked at while a single write is sent",
        OPERATION,
        "if len(jobs) + followed < 2 or connections < 2:",
        "if len(jobs) < 2 or connections < 2:",
        ((RUNNER, "-k", "a_single_one"),),
    ),
    "leaked-url": Mutant(
        "The FTP URL with its password is no secret",
        "plugins/module_utils/_location.py",
        '"url": {"type": "str", "no_log": True}',
        '"url": {"type": "str", "no_log": False}',
        (
            ("tests/integration/test_secrets.py",),
            (f"{UNIT}/test_documentation.py", "-k", "secret"),
        ),
    ),
    "leaked-echo": Mutant(
        "Parts of secrets that the server repeats are not hidden",
        "plugins/module_utils/_module.py",
        "return self.secrets.hide(value, keys)",
        "return value",
        (("tests/integration/test_secrets.py",),),
    ),
    "cut-before-hidden": Mutant(
        "A server's words are shortened before secrets are looked for",
        "plugins/module_utils/_answers.py",
        "redact_user_info(secrets.hide_cut(text))[:length]",
        "redact_user_info(secrets.hide(text[:length]))",
        ((f"{UNIT}/module_utils/test_secrets.py",),),
    ),
    "own-clock": Mutant(
        "A success in the future is taken for a fresh one",
        "plugins/module_utils/_databases.py",
        "return max(0, int(age)) if age >= -CLOCK_TOLERANCE else None",
        "return max(0, int(age))",
        ((EXPORT, "-k", "future"),),
    ),
    "failed-is-up-to-date": Mutant(
        "A failure after a fresh success is left alone",
        "plugins/modules/bdb_export.py",
        "job.state.status != FAILED and",
        "",
        ((EXPORT, "-k", "after_a_failure"),),
    ),
    "vanished-for-ever": Mutant(
        "A deleted database is waited for until the time is up",
        OPERATION,
        'return None if error.kind == "not_found" else error',
        "return error",
        ((EXPORT, "-k", "deleted"), (FAULTS, "-k", "deleted")),
    ),
    "one-failure-stops-all": Mutant(
        "The first refusal ends the task",
        OPERATION,
        'answer.kind == "authentication"',
        "True",
        ((EXPORT, "-k", "stops_no_other"), ("tests/integration/test_role_export_databases.py", "-k", "stop_no_other")),
    ),
    "no-limit": Mutant(
        "max_parallel is ignored",
        OPERATION,
        "room = self._limits.max_parallel or known",
        "room = known",
        ((EXPORT, "-k", "max_parallel"), ("tests/integration/test_bdb_export.py", "-k", "max_parallel")),
    ),
    "failure-is-reset-too": Mutant(
        "reset_status resets the status of a failure as well",
        STARTING,
        'if job.outcome in (done, "attached"):',
        "if True:",
        ((EXPORT, "-k", "status_of_a_failure"), ("tests/integration/test_bdb_export.py", "-k", "reset_status")),
    ),
    "refused-reset-passes": Mutant(
        "A success whose reset was refused is no failure of the task",
        STARTING,
        "    if reset.error:\n",
        "    if False:\n",
        ((EXPORT, "-k", "cannot_be_reset"), ("tests/integration/test_bdb_export.py", "-k", "reset_that_is_refused")),
    ),
    "accepted-start-denied": Mutant(
        "An accepted start beside a refused password is told as not started",
        OPERATION,
        "            if answer is not _LEFT:\n                job.rules.answered(job, answer, self._clock())\n        for answer in answers:\n",
        "            if answer is not _LEFT and job.phase != DONE:\n                job.rules.answered(job, answer, self._clock())\n",
        ((RUNNER, "-k", "refused_password"),),
    ),
    "looks-put-off": Mutant(
        "The cluster is not looked at until all is sent",
        OPERATION,
        "until = min(deadline, now + max(SEND_SLICE, SEND_SHARE * self._answer_time))",
        "until = deadline",
        ((RUNNER, "-k", "does_not_put_off"), (RUNNER, "-k", "slow_looks")),
    ),
    "unverified": Mutant(
        "The role believes the export without reading again",
        "roles/export_databases/vars/main.yml",
        "if export_databases_read is defined else",
        "if false else",
        (("tests/integration/test_role_export_databases.py", "-k", "does_not_confirm"),),
    ),
    "failed-is-reset": Mutant(
        "The role resets the status of a failure",
        "roles/export_databases/vars/main.yml",
        "{{ export_databases_rows | selectattr('outcome', 'in', ['exported', 'attached', 'up_to_date'])",
        "{{ export_databases_rows",
        (("tests/integration/test_role_export_databases.py", "-k", "stop_no_other"),),
    ),
    "hash-is-a-difference": Mutant(
        "The hidden secrets of a location are compared with those that are given",
        STORED,
        '_OPEN = [key for key, option in LOCATION_OPTIONS.items() if not option.get("no_log")]',
        '_OPEN = [key for key in LOCATION_OPTIONS if not key.endswith("url")]',
        (
            (POLICY, "-k", "hidden_secrets_are_no_difference"),
            ("tests/integration/test_bdb_backup_policy.py", "-k", "hidden_secrets"),
        ),
    ),
    "policy-unread": Mutant(
        "A change of a policy that the cluster took is not read back",
        POLICY_CHANGE,
        "if is_running(state.status):\n            return",
        "if job.phase == FOLLOWING:\n            left = []",
        ((POLICY, "-k", "shows_late or not_believed"),),
    ),
    "secrets-believed": Mutant(
        "Secrets whose answer was lost are taken for sent",
        POLICY_CHANGE,
        "return not secret_keys(location) or",
        "return True or",
        ((POLICY, "-k", "lost_secrets"),),
    ),
    "dry-run-anywhere": Mutant(
        "A dry run is sent to a cluster that may apply it",
        POLICY_PREVIEW,
        "if release and release >= DRY_RUN_SINCE:",
        "if True:",
        (
            (POLICY, "-k", "might_apply_it"),
            ("tests/integration/test_bdb_backup_policy.py", "-k", "every_node_honours"),
        ),
    ),
    "dry-run-unread": Mutant(
        "Nobody looks whether a dry run was applied",
        POLICY_PREVIEW,
        "if describe_policy(state) != describe_policy(job.state):",
        "if False:",
        ((POLICY, "-k", "was_applied"),),
    ),
    "two-exports-in-one": Mutant(
        "Files of the same shard are put together when their times are close",
        "plugins/module_utils/_export_files.py",
        "if apart or {file.index for file in left} & {file.index for file in right}:",
        "if apart:",
        ((f"{UNIT}/module_utils/test_export_files.py",),),
    ),
    "nearest-last": Mutant(
        "Files are put together in the order of their times, not the nearest first",
        "plugins/module_utils/_export_files.py",
        "gaps = sorted(range(1, len(files)), key=lambda at: files[at].time - files[at - 1].time)",
        "gaps = range(1, len(files))",
        ((f"{UNIT}/module_utils/test_export_files.py",),),
    ),
    "checksum-not-compared": Mutant(
        "The checksum of an RDB file is not compared",
        "plugins/module_utils/_rdb.py",
        "if told and told != stream.crc and stream.with_checksum:",
        "if False:",
        ((f"{UNIT}/module_utils/test_rdb.py",), (FILES, "-k", "damaged_and_missing")),
    ),
    "old-files-prove": Mutant(
        "Files that were there before the export count as its own",
        "roles/export_databases/tasks/main.yml",
        'known: "{{ export_databases_before.sets }}"',
        "known: []",
        ((ROLE_FILES, "-k", "do_not_arrive"),),
    ),
    "late-files": Mutant(
        "Files that this host sees later are not waited for",
        "plugins/modules/export_files_info.py",
        'if rest <= 0 or there.issuperset(params["uid"]):',
        "if True:",
        ((f"{UNIT}/modules/test_export_files_info.py", "-k", "late"),),
    ),
    "files-of-another-run": Mutant(
        "Files outside the directory of the run count as the run's",
        "plugins/module_utils/_choice.py",
        'if folder and db["outcome"] == "exported":',
        "if False:",
        ((f"{UNIT}/filter/test_written_exports.py",),),
    ),
    "import-without-consent": Mutant(
        "A database is erased that nobody named",
        "plugins/module_utils/_consent.py",
        "        if open_ones:\n",
        "        if False:\n",
        (
            (IMPORT, "-k", "consent"),
            ("tests/integration/test_bdb_import.py", "-k", "refused"),
            ("tests/integration/test_role_restore_databases.py", "-k", "refused"),
        ),
    ),
    "import-in-check-mode": Mutant(
        "Check mode imports",
        "plugins/modules/bdb_import.py",
        "    if task.check_mode:\n",
        "    if False:\n",
        (
            (IMPORT, "-k", "check_mode"),
            ("tests/integration/test_bdb_import.py", "-k", "check_mode"),
            ("tests/integration/test_role_restore_databases.py", "-k", "check_mode"),
        ),
    ),
    "import-twice": Mutant(
        "An import whose answer was lost is sent again",
        START,
        '_MOST_STARTS = {"export": 3, "import": 1}',
        '_MOST_STARTS = {"export": 3, "import": 3}',
        ((IMPORT, "-k", "never_sent_again"), ("tests/integration/test_bdb_import.py", "-k", "503-and-nothing")),
    ),
    "incomplete-import": Mutant(
        "A missing shard's file is no reason to refuse an import",
        "plugins/module_utils/_sources.py",
        "if problems and not allow_incomplete:",
        "if False:",
        ((IMPORT, "-k", "one_whole_export"), ("tests/integration/test_bdb_import.py", "-k", "missing")),
    ),
    "import-anywhere": Mutant(
        "A database that is not active is imported into",
        "plugins/modules/bdb_import.py",
        "        if job.uid in refused:\n",
        "        if False:\n",
        ((IMPORT, "-k", "not_active"), ("tests/integration/test_bdb_import.py", "-k", "recovering")),
    ),
    "restore-guesses": Mutant(
        "Of two databases that were exported under one name, the newer is restored",
        "plugins/module_utils/_choice.py",
        "    elif len(uids) > 1:\n",
        "    elif False:\n",
        ((f"{UNIT}/filter/test_choose_exports.py", "-k", "guessed"),),
    ),
    "restore-takes-broken": Mutant(
        "The newest export is restored, whole or not",
        "plugins/module_utils/_choice.py",
        'whole = [each for each in found if not each["problem"]]',
        "whole = list(found)",
        (
            (f"{UNIT}/filter/test_choose_exports.py",),
            ("tests/integration/test_role_restore_databases.py", "-k", "refused"),
        ),
    ),
    "event-repeated": Mutant(
        "An event is sent again for a failure that stays",
        "plugins/plugin_utils/_transitions.py",
        "(newer or known.status != FAILED or _other_reason(known, state))",
        "True",
        (
            (f"{UNIT}/plugin_utils/test_transitions.py",),
            ("tests/integration/test_event_source.py", "-k", "each_end_of_a_run"),
        ),
    ),
    "event-lost": Mutant(
        "A success that was followed by something else before anybody looked is no event",
        "plugins/plugin_utils/_transitions.py",
        "        if not (half == _TIME and state.status == known.status == SUCCEEDED):\n",
        "        if half != _TIME and state.status == SUCCEEDED:\n",
        ((f"{UNIT}/plugin_utils/test_transitions.py", "-k", "nothing_is_lost"),),
    ),
    "login-hammered": Mutant(
        "A refused login is repeated at each look",
        "plugins/plugin_utils/_watch.py",
        "return max(LOGIN_PAUSE, self._settings.interval)",
        "return self._settings.interval",
        ((f"{UNIT}/plugin_utils/test_watch.py", "-k", "refused_login"),),
    ),
    "endless-retries": Mutant(
        "There is always one more attempt",
        "playbooks/retry_export.yml",
        "retry_export_number | int < retry_export_most | int and not",
        "not",
        (("tests/integration/test_retry_export.py", "-k", "what_becomes"),),
    ),
    "inventory-evaluates-names": Mutant(
        "What a cluster tells is taken for a template",
        "plugins/plugin_utils/_trust.py",
        "template(text) if _HARMLESS.fullmatch(text) else untrusted(text)",
        "template(text)",
        ((INVENTORY, "-k", "ever_evaluated"),),
    ),
    "inventory-lacks-a-cluster": Mutant(
        "A cluster that cannot be read is left out without being asked to",
        "plugins/inventory/databases.py",
        'if failed and (wrong or not found or self.get_option("on_unreachable") == "fail"):',
        "if failed and not found:",
        ((INVENTORY, "-k", "no_part_of_an_inventory"),),
    ),
    "slices-overlap": Mutant(
        "A slice exports all databases of its clusters",
        "playbooks/export_hosts.yml",
        'export_databases_uids: "{{ redis_enterprise_exporter_uids }}"',
        'export_databases_names: "*"',
        ((INVENTORY, "-k", "slices"),),
    ),
    "progress-noisy": Mutant(
        "A line of progress comes although nothing has moved",
        "plugins/module_utils/_progress.py",
        "if facts == self._told or (self._told and now < self._due):",
        "if self._told and now < self._due:",
        (
            (f"{UNIT}/module_utils/test_progress.py", "-k", "counts"),
            ("tests/integration/test_progress.py", "-k", "nothing_moves"),
        ),
    ),
    "progress-breaks": Mutant(
        "A module that cannot tell its progress fails",
        "plugins/module_utils/_progress.py",
        "        except Exception:\n            os.close",
        "        except ValueError:\n            os.close",
        (
            (f"{UNIT}/module_utils/test_progress.py", "-k", "broken"),
            ("tests/integration/test_progress.py", "-k", "broken"),
        ),
    ),
}
