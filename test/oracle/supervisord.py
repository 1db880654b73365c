"""Runs Python's supervisord many times without paying for its start: a fork for each.

Reads lines of JSON {"cwd": "…", "args": […], "env": {…}}; answers each by {"pid": N}, and tells each end by
{"ended": N, "code": N}. What a supervisord prints is in stdout and stderr of its folder.
"""

import json
import os
import select
import sys

from supervisor import supervisord


def child(request):
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    for fd, (name, flags) in enumerate((("/dev/null", os.O_RDONLY), ("stdout", os.O_WRONLY | os.O_CREAT), ("stderr", os.O_WRONLY | os.O_CREAT))):
        os.dup2(os.open(name, flags, 0o644), fd)
    sys.argv = ["/usr/bin/supervisord", *request["args"]]
    code = 0
    try:
        supervisord.main(request["args"])
    except SystemExit as leaving:
        code = leaving.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def tell(what):
    print(json.dumps(what), flush=True)


running = set()
unread = b""
while True:
    readable, _, _ = select.select([0], [], [], 0.02)
    for pid in [*running]:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            running.remove(pid)
            tell({"ended": pid, "code": os.waitstatus_to_exitcode(status)})
    if not readable:
        continue
    more = os.read(0, 65536)
    if not more:
        break
    *lines, unread = (unread + more).split(b"\n")
    for line in lines:
        pid = os.fork()
        if pid == 0:
            child(json.loads(line))
        running.add(pid)
        tell({"pid": pid})
