#!/bin/sh
# From nothing to weights in the package. Run from the root of the repository; README.md says what must be installed.
# MINUTES says how long to learn; everything is kept in training/uyghur/build.
set -eu
here=training/uyghur
build=$here/build
python3 -m venv "$build/venv"
"$build/venv/bin/pip" install --quiet -r "$here/requirements.txt"
python="env PYTHONPATH=src:. OMP_NUM_THREADS=1 $build/venv/bin/python"
sh "$here/fetch.sh" "$build/text"
$python "$here/gather_text.py" "$build/text"
nice $python "$here/train.py" "$build/text/text.json" "$build/weights" --minutes "${MINUTES:-80}"
$python "$here/export.py" "$build/weights/last.pt" "$build/model"
$python "$here/measure.py" "$build/model" --pages 2
$python "$here/install_weights.py" "$build/model"
