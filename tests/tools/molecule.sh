#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# molecule.sh: all Molecule scenarios. Whatever happens, the simulator that they share does not outlive this script.
set -euo pipefail
cd "$(dirname "$0")/../.."
pid_file=.build/molecule/simulator.pid

stop() {
  python tests/tools/stop_simulator.py "$pid_file"
}

stop
rm -rf .build/molecule
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Molecule writes colours into pipes, too.
[ -t 1 ] || export ANSIBLE_NOCOLOR=1 NO_COLOR=1
MOLECULE_EPHEMERAL_DIRECTORY=$PWD/.build/molecule/state molecule test --all
