"""What a person does with a case, made of the stages: open, search, show, account, verify."""
