"""Benchmarks: ours and a ready-made tool side by side, alternating, in one run. Run them as modules."""
