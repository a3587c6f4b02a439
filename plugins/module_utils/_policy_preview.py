# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what can be told of a backup policy before it is changed, for check mode and for warnings."""

from __future__ import annotations

from ._errors import RedisEnterpriseError
from ._location import location_warnings
from ._policy import describe_policy, policy_of, titles
from ._policy_change import PATH, PERMISSION, explain
from ._preflight import blocked, finding, preflight
from ._release import oldest_release
from ._stored_location import is_illegible

#: The first release whose own reference says that this PUT honours ``dry_run``. That of 7.2 and before says so of other requests only.
DRY_RUN_SINCE = (7, 4)
#: Earlier releases delete backups later than the history says (RS140649).
_HISTORY_SINCE = (7, 22)
#: The cluster looks for backups that are due every five minutes.
_LEAST_INTERVAL = 300


def warnings_of(client, wanted, jobs, databases):
    """What is allowed but will hurt later, of the ``jobs`` that are going to be changed."""
    settings = wanted.settings
    found = location_warnings(settings["backup_location"]) if "backup_location" in settings and jobs else []
    if jobs and settings.get("interval", _LEAST_INTERVAL) < _LEAST_INTERVAL:
        found.append(
            f"interval is {settings['interval']} s, but the cluster looks only every {_LEAST_INTERVAL} s for backups that are due."
        )
    if settings.get("history") and any("backup_history" in job.body for job in jobs):
        release = oldest_release(client)
        if release and release < _HISTORY_SINCE:
            found.append(
                f"The cluster's release {_text(release)} has the error RS140649, fixed in 7.22.0: it does not delete backups in time when history is over. "
                "Watch the space of the location."
            )
    merging = [job for job in jobs if databases[job.uid].raw.get("crdt")]
    if merging:
        found.append(
            f"{titles(merging)}: part of an Active-Active database. The policy is set for the instance in this cluster alone, "
            "and it has not been tried whether each release takes it."
        )
    return found


def unreadable(wanted, jobs):
    """The warning that is due where the cluster hides so much of a location that a change of it would not be noticed."""
    location = wanted.settings.get("backup_location")
    hidden = [job for job in jobs if location and is_illegible(location, job.state.backup_location)]
    if not hidden or wanted.always:
        return []
    return [
        f"The cluster hides the URL of the location of {titles(hidden)}, so it is not known whether it is the one that is asked for. "
        "Use update_secrets always once to send it."
    ]


def predict(task, jobs, databases, reader):
    """Give the ``jobs`` that are due the outcome and the change that the real run would have. Returns RV(preflight)."""
    chosen = [databases[job.uid] for job in jobs]
    locations = [(None, job.body["backup_location"]) for job in jobs if "backup_location" in job.body][:1]
    found = preflight(task.client, chosen, "backup", locations, "wait") if jobs else []
    # A running backup hinders no change of the policy.
    problems = [problem for problem in found if problem["kind"] != "busy"]
    refused = blocked(problems, chosen)
    possible = [job for job in jobs if job.uid not in refused]
    validated = False
    if possible and task.params["cluster_dry_run"]:
        release = oldest_release(task.client)
        if release and release >= DRY_RUN_SINCE:
            validated = _dry_run(task.client, reader, possible, refused)
        else:
            why = f"has nodes of release {_text(release)}" if release else "does not tell the release of all its nodes"
            message = f"The cluster was not asked to validate the change, because it {why}."
            hint = "One that is older than 7.4 might apply what it should only validate."
            problems.append(finding(None, "not_validated", False, message, hint))
    for job in jobs:
        if job.outcome is None and job.uid in refused:
            job.finish("would_fail", 0, refused[job.uid])
        elif job.outcome is None:
            job.changed = True
            job.finish("would_update", 0)
    ready = not any(job.error for job in jobs)
    return {"ready": ready, "problems": problems, "validated": validated}


def _dry_run(client, reader, jobs, refused):
    """Let the cluster validate the body of each job, and put what it refuses into ``refused``. True when it has answered for all of them.

    Each is read back until one was accepted: a cluster that applies what it should only validate must not do that to all.
    """
    unanswered, proven = 0, False
    for job in jobs:
        error = _ask(client, job)
        if error and not error.transient and error.kind != "conflict":
            refused[job.uid] = error
            continue
        unanswered += error is not None  # the real run waits and tries again
        if proven or (error and error.kind == "conflict"):
            continue
        state = policy_of(reader.read_one(job.uid))
        if describe_policy(state) != describe_policy(job.state):
            job.state, job.changed = state, True
            job.finish("failed", 0, _applied())
            return False
        proven = error is None
    return not unanswered


def _ask(client, job):
    try:
        client.write("PUT", f"{PATH.format(uid=job.uid)}?dry_run", job.body, PERMISSION)
    except RedisEnterpriseError as error:
        explain(error, job)
        return error
    return None


def _applied():
    return RedisEnterpriseError(
        "protocol",
        "The policy of this database changed while the cluster was asked for a dry run of the change, so no other dry run was sent.",
        hint="Look at its policy now, leave cluster_dry_run off, and report it with the release of the cluster.",
    )


def _text(release):
    return ".".join(str(number) for number in release[:3]) + f"-{release[3]}"
