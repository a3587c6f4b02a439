# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the documentation of the options that say how long, how often and how many at a time."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  wait_timeout:
    description:
      - Seconds that the whole task may take, however many databases it has.
      - When they are over, the task fails and says for each database how far it is. The cluster goes on.
    type: int
    default: 3600
  poll_interval:
    description:
      - The longest pause between two looks at the cluster, in seconds. Each look is one request, however many databases there are.
      - Young operations are looked at more often, after a tenth of the time that they have taken, so that a short one is not waited for long. But no
        look comes sooner after an answer than 0.03 seconds, or than the time that the cluster took for that answer.
    type: float
    default: 5
  max_parallel:
    description:
      - How many databases this task works on at a time, and so how many connections it opens at the most. V(0) is no limit but that of 16 connections.
      - Resets of a status count for the connections only. None of them waits until another one is confirmed.
      - The default is the cluster's own limit of simultaneous backups and exports (C(max_simultaneous_backups)).
    type: int
    default: 4
"""
