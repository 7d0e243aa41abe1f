"""Every attempt has a response."""


def attempt_logger(logger):
    def log_attempt(request, call_next):
        response = call_next(request)
        line = {
            "attempt": request.retries_taken + 1,
            "status": response.status_code,
            "request_id": response.request_id,
        }
        logger.info("attempt", extra=line)
        return response

    return log_attempt
