# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site of the collection's documentation, see `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

project = "community.redis_enterprise"
project_copyright = "the community.redis_enterprise contributors"
html_title = "community.redis_enterprise"
html_short_title = html_title

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext", "myst_parser", "tests.tools.docsite.extension"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"show_extranav": False}
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_show_sphinx = False
html_use_index = False
html_copy_source = False
default_role = "any"
nitpicky = True

# GitHub's anchors of headings, so that a link to one works on both.
myst_heading_anchors = 4
# The pages of Ansible's own documentation that are linked to: their list is in tests/tools/docsite/, so that nothing is fetched.
intersphinx_mapping = {
    "ansible_devel": ("https://docs.ansible.com/ansible/devel/", str(ROOT / ".build/site/ansible.inv"))
}
