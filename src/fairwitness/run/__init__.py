"""Where a step runs: here, in a pool of processes, or in a locked child that cannot reach anything."""
