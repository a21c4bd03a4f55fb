#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the test programs of this folder as scenarios/programs/build.sh builds its own: build.sh [--check]
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../../../scenarios/programs/build.sh" --in "$here" "$@"
