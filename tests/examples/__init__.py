# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation is run: the fenced blocks of each page, and the EXAMPLES of each plugin.

`extract` finds them, `steps` says what a reader does with each (a block for which it does not know that is an error), `session` does it, page
by page, against a simulated cluster, and `declared` holds what a page needs beside that.
"""
