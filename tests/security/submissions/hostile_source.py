"""Is written so that reading it breaks: brackets without end, operators without end, names that are no text.

Exercise: request_id_of
Outcome: not_started
"""

x = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
