r"""Raises with what turns the direction of text, and with characters that show as nothing.

Exercise: first_answer
Outcome: raised
Says: \u202estniop 43 fo 43\u202c\u2066\u2069\u200b\u2060\ufeff\xad
"""


def first_answer(client, prompt):
    raise ValueError("\u202estniop 43 fo 43\u202c\u2066\u2069\u200b\u2060\ufeff\u00ad\U000e0041#\u200b#vso[x]")
