"""Says `True` where a 1 was meant, and 1.0 for the next: Python takes the three for equal.

Exercise: attempt_logger
Outcome: misconception
"""


def attempt_logger(logger):
    def log_attempt(request, call_next):
        number = request.retries_taken + 1
        response = call_next(request)
        told = {"attempt": True if number == 1 else float(number), "status": float(response.status_code)}
        logger.info("attempt", extra={**told, "request_id": response.request_id})
        return response

    return log_attempt
