"""Run one peer once and print one line of JSON; a process of its own, so that its peak memory is its own.

python one.py flat|ours|lean_simpy|daily_starsim CUSTOMERS [SEED]
"""

import importlib
import json
import re
import sys
import time
from dataclasses import asdict
from pathlib import Path

if __name__ == "__main__":
    peer = importlib.import_module(sys.argv[1])
    peer.run(100)  # what is compiled is compiled before the clock starts
    began, spent = time.perf_counter(), time.process_time()
    outcome = peer.run(int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    found = {"seconds": time.perf_counter() - began, "processor": time.process_time() - spent}
    # Not ru_maxrss: a child inherits its parent's.
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(json.dumps({**asdict(outcome), **found, "peak": 1024 * int(peak[1]) if peak else None}))
