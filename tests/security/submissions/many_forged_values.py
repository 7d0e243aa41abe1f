"""Writes an answer of its own whose value is sixty thousand empty lists, with the id of the question.

Exercise: request_id_of
Outcome: raised
Says: the answer holds more than 50,000 values
"""

import json
import sys


def request_id_of(message):
    frame = sys._getframe()
    while "question" not in frame.f_locals or "stage" in frame.f_locals:
        frame = frame.f_back
    identifier = frame.f_locals["question"]["id"]
    while "answers" not in frame.f_locals:
        frame = frame.f_back
    answers = frame.f_locals["answers"]
    conduct = {"returned": ["str"], "printed_lines": 0, "printed_characters": 0, "closed_client": False}
    conduct |= {"made_client": False, "own_way_out": None, "overran": None, "place": None}
    observation = {"value": "@", "raised": None, "wrote": [], "stopped": None, "notes": {}, "conduct": conduct}
    line = json.dumps({"id": identifier, "answer": observation})
    answers.write(line.replace('"@"', "[" + "[]," * 60_000 + "0]").encode() + b"\n")
    answers.flush()
    while True:
        pass
