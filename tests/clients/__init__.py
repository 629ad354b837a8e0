"""Calendar programs that nobody here wrote, each driven as its readers drive it: one file for each program."""
