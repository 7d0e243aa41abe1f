"""Returns a model that takes its time to become JSON, each time.

Exercise: should_retry
Outcome: used_up_its_time
Seconds: 2
"""

import select

from pydantic import BaseModel


class Slow(BaseModel):
    retry: bool = True

    def model_dump(self, **options):
        select.select([], [], [], 0.7)
        return {"retry": True}


def should_retry(error):
    return Slow()
