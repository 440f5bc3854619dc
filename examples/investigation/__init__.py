"""One investigation from a made-up scan to a report whose every number leads back to pixels; nobody in it exists.

python -m examples.investigation FOLDER
"""

from examples.investigation.run import Investigated, investigate
from examples.investigation.truth import true_codes, true_shares

__all__ = ["Investigated", "investigate", "true_codes", "true_shares"]
