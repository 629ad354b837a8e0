"""Repairing what a trouble has broken: `gather` reads whom it meets, `chains` says what keeps their distance, `ways`
how each visit could be held instead, `answer` asks the engine, and `propose`, `run` and `accept` are the use cases."""
