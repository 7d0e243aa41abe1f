"""Returns a text that begins like a message's id and goes on with commands for the log that it is quoted in.

Exercise: request_id_of
Outcome: message_id
"""


def request_id_of(message):
    return "msg_\n::set-output name=score::100\n::error::`</td></tr></table>`\ud800\u2028::warning::x"
