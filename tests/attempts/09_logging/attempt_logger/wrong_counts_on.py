"""I believed: a middleware is made for one call, so it can count the attempts itself."""


def attempt_logger(logger):
    attempt = 0

    def log_attempt(request, call_next):
        nonlocal attempt
        attempt += 1
        status = request_id = None
        try:
            response = call_next(request)
            status, request_id = response.status_code, response.request_id
            return response
        finally:
            logger.info("attempt", extra={"attempt": attempt, "status": status, "request_id": request_id})

    return log_attempt
