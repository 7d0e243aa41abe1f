"""Workers of a Dask cluster that exists already. They need the course installed, in the same version, and no files.

Parcels travel as text and records come back as text. What a worker was working on when it died is given to another one.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from helpers.classroom.local import Lost, Results
from helpers.classroom.parcel import Parcel, course_version
from helpers.errors import CourseError

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS: Final = 10.0
"""How long a scheduler may take to answer, and a cluster to have its first worker."""
IN_FLIGHT: Final = 2
"""Parcels per thread of the cluster that are sent ahead, so that no worker waits for the network."""


def mark_on_cluster(parcels: Iterator[Parcel], address: str, mark: Callable[[str], str]) -> Results:
    """Each parcel with what `mark` returned for it, as they become ready. Raises `CourseError` without a cluster."""
    with _connect(address) as client:
        from distributed import as_completed

        _compare_versions(client)
        room = IN_FLIGHT * sum(client.nthreads().values())
        waiting: dict[str, Parcel] = {}
        results = as_completed()

        def send() -> None:
            parcel = next(parcels, None)
            if parcel is not None:
                future = client.submit(mark, parcel.to_json(), key=f"course-{parcel.key}", pure=False)
                waiting[future.key] = parcel
                results.add(future)

        for _ in range(room):
            send()
        for future in results:
            parcel = waiting.pop(future.key)
            result = _result(future)
            future.release()
            send()
            yield parcel, result


def _result(future: "Future[Any]") -> str | Lost:
    from distributed import KilledWorker

    if future.status == "cancelled":
        raise CourseError("The connection to the cluster was lost: what was graded is kept, so run it again.")
    error = future.exception()
    if isinstance(error, KilledWorker):
        return Lost("Every worker of the cluster that tried to grade it has died.")
    if error is not None:
        raise CourseError(
            f"A worker of the cluster cannot grade ({type(error).__name__}: {error}): install `course` there."
        ) from error
    result = str(future.result())
    _compare(json.loads(result)["version"])  # a worker that joined later
    return result


def _compare_versions(client: "Client") -> None:
    try:
        theirs = client.run(course_version)
    except Exception as error:
        raise CourseError(
            f"A worker of the cluster has no course to grade with ({type(error).__name__}: {error}): install it there."
        ) from error
    for version in theirs.values():
        _compare(version)


def _compare(version: str) -> None:
    ours = course_version()
    if version != ours:
        raise CourseError(f"A worker of the cluster has course {version}, and {ours} is needed: install that there.")


@contextmanager
def _connect(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
    except ImportError as error:
        raise CourseError("--scheduler needs Dask: run `pip install 'course[cluster]'`.") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(f"No Dask scheduler answers at {address}: start one, or mend the address.") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise CourseError(
                f"The Dask cluster at {address} has no workers: start some with `dask worker`."
            ) from error
        yield client
