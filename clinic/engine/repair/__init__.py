"""Repairs many courses at once: sessions that lost their time find another together, proven cheapest.

`values` says what is asked and answered, `options` which starts are left; `greedy` proposes at once, course by course;
`model` writes the whole as a program of columns and rows, `highs` (the only file that imports a solver) solves such
programs, `solve` proves the cheapest repair with them; `lanes` gives each session its people and rooms, `unplaced` says
why one has none and what would help.
"""
