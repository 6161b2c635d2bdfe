#!/bin/sh
# make_venv.sh PYTHON FOLDER PINS: a fresh virtual environment in FOLDER with exactly the packages that the file PINS names.
set -eu

python=$1
folder=$2
pins=$3

found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || found="not there"
case $found in
    3.11 | 3.12 | 3.13) ;;
    *)
        echo "Python 3.11, 3.12 or 3.13 is needed; $python is $found. Name another one: make PYTHON=python3.12 ..." >&2
        exit 1
        ;;
esac

echo "Setting up $folder (Python $found, $pins)"
if ! "$python" -m venv --clear "$folder"; then
    echo "$python cannot make virtual environments; on Debian and Ubuntu the package python3-venv is missing." >&2
    exit 1
fi
# Without dependencies, then checked: nothing comes in that isn't pinned, and nothing is missing.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$pins"
"$folder/bin/python" -m pip check
