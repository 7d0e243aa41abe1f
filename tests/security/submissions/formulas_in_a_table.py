"""Returns and raises what is a formula in a spreadsheet, after whatever separates cells there.

Exercise: first_answer
Outcome: raised
Says: ;=cmd|' /C calc'!A0
"""


def first_answer(client, prompt):
    raise ValueError(';=cmd|\' /C calc\'!A0;\t=1+1,=DDE("soffice";"/etc/passwd";"A1")|=1;"=1";＝1; @SUM(1)')
