"""The memory that a run takes, parent and workers together."""

import threading

import psutil

_SECONDS = 0.1


class PeakMemory:
    """Watches resident memory of this process and its children while a block runs; `peak_mb` is the largest sum seen.

    Pages that processes share are counted in each of them, so the figure errs on the high side.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while True:
            self.peak_mb = max(self.peak_mb, _resident(me) / 2**20)
            if self._stop.wait(_SECONDS):
                return


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.Error:  # ended between the two calls
            continue
    return total
