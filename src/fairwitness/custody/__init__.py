"""The append-only log: its Merkle tree, its checkpoints, and the tiles that store it."""
