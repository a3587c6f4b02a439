# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-in for the get-pip.py that ansible-test downloads: the pip that ensurepip carries. Packages still come from the index."""

import ensurepip
import glob
import os
import runpy
import sys

bundled = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl")
sys.path.insert(0, sorted(glob.glob(bundled))[-1])
sys.argv[1:] = ["install"] + [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
