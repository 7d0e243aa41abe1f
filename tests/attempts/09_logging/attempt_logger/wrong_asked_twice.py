"""What has been logged is sent on."""


def attempt_logger(logger):
    def log_attempt(request, call_next):
        response = call_next(request)
        line = {
            "attempt": request.retries_taken + 1,
            "status": response.status_code,
            "request_id": response.request_id,
        }
        logger.info("attempt", extra=line)
        return call_next(request)

    return log_attempt
