"""Places courses of visits: ticks, resources and windows; no names, no SQL, no web.

A calendar is one big integer, a bit for each tick of the horizon. `request` says what is asked, `candidates` what is
possible; `spacing` finds the proven cheapest course as a `path`, `regularity` where times of day count from one session
to the next; `explain` and `relax` say why there is none and what would help; `placement` ties them together, `slots`
answers for a single visit.
"""
