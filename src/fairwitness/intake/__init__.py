"""From a leak to documents: walk it, say what each file is, unpack containers and mails."""
