"""An attempt is what was sent, with all its headers."""

import anthropic


def attempt_logger(logger):
    def log_attempt(request, call_next):
        try:
            response = call_next(request)
        except anthropic.APIConnectionError as error:
            lost = {"attempt": request.retries_taken + 1, "status": None, "request_id": None}
            logger.warning("attempt", extra={**lost, "error_type": type(error).__name__})
            raise
        line = {
            "attempt": request.retries_taken + 1,
            "status": response.status_code,
            "request_id": response.headers.get("request-id"),
        }
        sent = dict(response.http_response.request.headers)
        logger.info("attempt", extra={**line, "sent": sent})
        return response

    return log_attempt
