# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in for AWX, which needs containers: the part of its API that the modules of awx.awx use, and its way from a job template to ansible-runner.

Written from the documentation of AWX and its API. The objects are made by the real modules, and the jobs run by the real ansible-runner.
"""
