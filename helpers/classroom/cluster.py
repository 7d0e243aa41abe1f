"""Workers of a Dask cluster that exists already. They need the course installed, in the same version, and no files.

Parcels travel as text and records come back as text. What a worker was working on when it died is given to another one.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from helpers.classroom.local import Lost, Results
from helpers.classroom.parcel import Parcel, course_version
from helpers.errors import CourseError
from helpers.grading.nursery import NoNamespaces, NotStarted

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS: Final = 10.0
"""How long a scheduler may take to answer."""
WORKER_SECONDS: Final = 20.0
"""How long a cluster that has only just been started may take to have its first worker."""
IN_FLIGHT: Final = 2
"""Parcels per thread of the cluster that are sent ahead, so that no worker waits for the network."""


def mark_on_cluster(parcels: Iterator[Parcel], address: str, mark: Callable[[str], str]) -> Results:
    """Each parcel with what `mark` returned for it, as they become ready. Raises `CourseError` without a cluster."""
    with _connect(address) as client:
        _compare_versions(client)
        suspects: list[Parcel] = []
        for parcel, result in _together(client, parcels, mark):
            if isinstance(result, Lost):
                suspects.append(parcel)
            else:
                yield parcel, result
        for suspect in suspects:
            # Alone this time: it may have been beside the one that ended the workers.
            yield suspect, _result(client.submit(mark, suspect.to_json(), pure=False))


def _together(client: "Client", parcels: Iterator[Parcel], mark: Callable[[str], str]) -> Results:
    """Several at a time; of those that were lost it is not known which is to blame."""
    from distributed import as_completed

    waiting: dict[str, Parcel] = {}
    results = as_completed(loop=client.loop)

    def send() -> None:
        parcel = next(parcels, None)
        if parcel is not None:
            future = client.submit(mark, parcel.to_json(), pure=False)
            waiting[future.key] = parcel
            results.add(future)

    for _ in range(IN_FLIGHT * sum(client.nthreads().values())):
        send()
    for future in results:
        parcel = waiting.pop(future.key)
        result = _result(future)
        future.release()
        send()
        yield parcel, result


def _result(future: "Future[Any]") -> str | Lost:
    from distributed import KilledWorker

    try:
        result = str(future.result())
    except KilledWorker:
        return Lost("Every worker of the cluster that tried to grade it has died.")
    except NotStarted as error:
        return Lost(str(error))
    except NoNamespaces:
        raise
    except CancelledError as error:
        raise CourseError("The cluster is lost. What was graded is kept: run it again when it is back.") from error
    except Exception as error:
        raise CourseError(
            f"A worker of the cluster cannot grade ({type(error).__name__}: {error}): install `course` there."
        ) from error
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
        raise CourseError(
            "--scheduler needs Dask, the extra course[cluster]: run `pip install -e '.[cluster]'` where the course is."
        ) from error
    try:
        asyncio.run(_identify(address))
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(f"No Dask scheduler answers at {address!r}: start one, or mend the address.") from error
    with _quiet(), client:
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError as error:
            raise CourseError(
                f"The Dask cluster at {address} has no workers: start some with `dask worker`."
            ) from error
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells of each attempt to connect again, with a traceback. What matters is said by us."""
    logger = logging.getLogger("distributed.client")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


async def _identify(address: str) -> None:
    """Raises `OSError` where no scheduler answers. A client would go on trying, and leave threads behind that do."""
    from distributed import rpc

    async with rpc(address, timeout=CONNECT_SECONDS) as scheduler:
        identity = await asyncio.wait_for(scheduler.identity(), CONNECT_SECONDS)
    if identity["type"] != "Scheduler":
        raise OSError("it is no scheduler")
