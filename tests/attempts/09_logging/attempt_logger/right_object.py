"""An object that can be called."""


class AttemptLogger:
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, request, call_next):
        line = {"attempt": request.retries_taken + 1, "status": None, "request_id": None}
        try:
            response = call_next(request)
            line.update(status=response.status_code, request_id=response.request_id)
        finally:
            self.logger.info(line)
        return response


def attempt_logger(logger):
    return AttemptLogger(logger)
