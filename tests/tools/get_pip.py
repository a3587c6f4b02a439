# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-in for the get-pip.py that ansible-test downloads: the pip that ensurepip carries. Packages still come from the index."""

import ensurepip
import glob
import os
import runpy
import sys

# Distributions keep the wheel elsewhere; where it cannot be found, ensurepip installs it first.
folders = [
    os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"),
    getattr(ensurepip, "_WHEEL_PKG_DIR", None),
    "/usr/share/python-wheels",
]
wheels = [wheel for folder in folders if folder for wheel in sorted(glob.glob(os.path.join(folder, "pip-*.whl")))]
if wheels:
    sys.path.insert(0, wheels[0])
else:
    ensurepip.bootstrap()
sys.argv[1:] = ["install"] + [
    argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")
]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
