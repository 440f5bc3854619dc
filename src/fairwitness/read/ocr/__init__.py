"""Text recognition: from the pixels of a page to lines with their places, engine by engine behind one interface.

A page is read in a child that is forked from a warmed parent and then locked. No thread may be alive at the fork and
none may start later, so every library is told to use one thread before it is imported. The telemetry of onnxruntime
(1.29 and later; the version that we lock has none) is switched off in the same place.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT"):
    os.environ[_name] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
