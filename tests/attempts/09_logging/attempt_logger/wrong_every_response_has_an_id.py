"""Every response has a request id."""


def attempt_logger(logger):
    def log_attempt(request, call_next):
        status = request_id = None
        try:
            response = call_next(request)
            status, request_id = response.status_code, response.headers["request-id"]
            return response
        finally:
            line = {"attempt": request.retries_taken + 1, "status": status, "request_id": request_id}
            logger.info("attempt", extra=line)

    return log_attempt
