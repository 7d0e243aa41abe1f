"""Does its work while it is being defined: a decorator that ends the process, when nobody has called anything yet.

Exercise: request_id_of
Outcome: raised
Says: While request_id_of was being defined
"""

import os


def decorate(function):
    os._exit(0)


@decorate
def request_id_of(message):
    return message._request_id
