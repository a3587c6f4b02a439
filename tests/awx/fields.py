# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects of the stand-in consist of, as far as the modules of awx.awx use it."""

from __future__ import annotations

from typing import Any

_FLAGS = ("job_type", "verbosity", "credential", "limit", "variables", "inventory", "tags", "forks", "job_slice_count")
_TEMPLATE = {"name": "", "description": "", "organization": None, "extra_vars": "", "survey_enabled": False}
#: endpoint -> the fields of its objects, with their defaults
FIELDS: dict[str, dict[str, Any]] = {
    "organizations": {"name": "", "description": ""},
    "execution_environments": {"name": "", "organization": None},
    "credential_types": {
        "name": "",
        "description": "",
        "kind": "",
        "inputs": {},
        "injectors": {},
        "managed": False,
    },
    "credentials": {"name": "", "description": "", "organization": None, "credential_type": None, "inputs": {}},
    "projects": {
        "name": "",
        "description": "",
        "organization": None,
        "scm_type": "",
        "scm_url": "",
        "scm_branch": "",
        "scm_revision": "",
        "credential": None,
        "default_environment": None,
    },
    "project_updates": {"project": None, "status": "pending"},
    "inventories": {"name": "", "description": "", "organization": None, "kind": "", "host_filter": None},
    "hosts": {"name": "", "inventory": None, "enabled": True, "variables": ""},
    "inventory_sources": {
        "name": "",
        "inventory": None,
        "source": "",
        "source_project": None,
        "source_path": "",
        "credential": None,
        "execution_environment": None,
        "overwrite": False,
        "overwrite_vars": False,
        "update_on_launch": False,
        "update_cache_timeout": 0,
    },
    "job_templates": {
        **_TEMPLATE,
        "job_type": "run",
        "project": None,
        "playbook": "",
        "inventory": None,
        "execution_environment": None,
        "job_slice_count": 1,
        "forks": 0,
        **{f"ask_{flag}_on_launch": False for flag in _FLAGS},
    },
    "workflow_job_templates": _TEMPLATE,
    "workflow_job_template_nodes": {
        "identifier": "",
        "workflow_job_template": None,
        "unified_job_template": None,
        "extra_data": {},
    },
    "schedules": {
        "name": "",
        "description": "",
        "unified_job_template": None,
        "rrule": "",
        "enabled": True,
        "extra_data": {},
    },
}
#: What a reference in a field leads to.
REFERENCES = {
    "organization": ("organizations",),
    "credential_type": ("credential_types",),
    "credential": ("credentials",),
    "project": ("projects",),
    "source_project": ("projects",),
    "inventory": ("inventories",),
    "execution_environment": ("execution_environments",),
    "default_environment": ("execution_environments",),
    "workflow_job_template": ("workflow_job_templates",),
    "unified_job_template": ("job_templates", "workflow_job_templates", "projects", "inventory_sources"),
}
#: What may be associated, and with objects of which endpoint.
ASSOCIATIONS = {
    "job_templates": {"credentials": "credentials"},
    "workflow_job_template_nodes": dict.fromkeys(
        ("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"
    ),
}
#: Which fields together tell one object of an endpoint from the others; without an entry, the name and the organization.
UNIQUE = {
    "credentials": ("name", "organization", "credential_type"),
    "hosts": ("name", "inventory"),
    "inventory_sources": ("name", "inventory"),
    "workflow_job_template_nodes": ("identifier", "workflow_job_template"),
    "schedules": ("name", "unified_job_template"),
    "credential_types": ("name", "kind"),
    "project_updates": (),
}
