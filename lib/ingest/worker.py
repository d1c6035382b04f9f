"""The process that reads one workbook: file bytes on standard input, one Arrow stream on standard output.

Its one rule: it has limits on memory and CPU, a low priority, and no way to the database.
"""

from __future__ import annotations

import json
import os
import resource
import sys


def main(arguments: list[str]) -> int:
    """Arguments: one JSON object with name, dataset, period, unit, memory_mb, cpu_s."""
    request = json.loads(arguments[0])
    os.nice(10)
    memory = int(request["memory_mb"]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(request["cpu_s"]), int(request["cpu_s"]) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from lib.ingest.reading import Expected, read_file
    from lib.ingest.staging import to_bytes

    expected = Expected(request["dataset"], request["period"], request["unit"])
    staging = read_file(request["name"], sys.stdin.buffer.read(), expected)
    sys.stdout.buffer.write(to_bytes(staging))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
