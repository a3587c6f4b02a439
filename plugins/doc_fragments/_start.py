# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the documentation of the options of the modules that start an operation and follow it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  if_running:
    description:
      - What to do about a database on which the same operation is running already.
      - V(attach) follows that run to its end and starts none, which is unchanged unless O(reset_status) resets it. So a task that was interrupted
        can simply be run again.
      - V(wait) lets it end, and then starts a new one.
      - V(fail) fails for this database.
    type: str
    choices:
      - attach
      - wait
      - fail
    default: attach
  wait:
    description:
      - Whether to follow the databases to the end. With V(false) the task ends when the cluster has accepted all starts, O(max_parallel) is
        no limit then, and nobody has checked that they succeed.
    type: bool
    default: true
  start_timeout:
    description:
      - Seconds in which an accepted start must show. A cluster that is busy may let it wait.
      - With O(wait=false) it is also the limit of the whole task.
    type: int
    default: 60
  reset_status:
    description:
      - Whether to take the status of each database that has succeeded, or whose running operation was followed to a success, back to idle, as
        M(community.redis_enterprise.bdb_status_reset) does, but in the same task, while the others still run. That is the fastest way.
      - A failure keeps its status, so that it can be seen in the cluster. What is up to date is left as it is.
      - The outcome of a database whose status could not be reset stays what it is, and the task fails for it.
      - It needs O(wait=true).
    type: bool
    default: false
  progress_interval:
    description:
      - While the task waits, a line tells how far it is, at most every so many seconds and only when something has moved. V(0) prints none.
      - The lines go to the standard error, so that they come at once and no reader of the standard output is disturbed.
        The cluster is not asked more often for them.
      - They need the connection C(local), which C(localhost) has by default. There are none with C(async), with C(no_log), in check mode
        and with O(wait=false).
    type: float
    default: 10
  email_notification:
    description:
      - Let the cluster send e-mail about the end, to the users who want such. The cluster must have a mail server set.
    type: bool
    default: false
"""
