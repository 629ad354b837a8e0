"""Places courses of visits: ticks, resources and windows; no names, no SQL, no web.

A calendar is one big integer, a bit for each tick of the horizon. `request` says what is asked, `candidates` what is
possible; `programme` and `recent` (by `rhythms`) how little can still be to come, `daily` and `walk` find the cheapest
course by that, and `spacing` gives it as a `path`; `explain` and `relax` say why there is none and what would help;
`placement` ties them together, `slots` answers for a single visit.
"""
