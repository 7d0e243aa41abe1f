"""Pauses, with functions that it has taken by their names."""

from asyncio import sleep as later
from time import sleep


def pause(seconds: float) -> None:
    sleep(seconds)


async def pause_async(seconds: float) -> None:
    await later(seconds)
