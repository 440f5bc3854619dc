"""What leaves: reports, redacted pages, releases. Functions over records; `fairwitness.work` reads the case."""
