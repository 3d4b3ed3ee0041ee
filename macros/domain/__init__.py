"""What follows from the facts: pure functions, without files, clock or wording."""
