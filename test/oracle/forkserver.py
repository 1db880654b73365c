"""Runs Python's supervisorctl many times without paying for its start: a fork per command line.

Reads lines of JSON {"args": […], "input": "…"} and answers each by {"code": N, "stdout": "…", "stderr": "…"}.
"""

import io
import json
import os
import sys
import tempfile

from supervisor import supervisorctl


def child(args, files):
    for fd, file in enumerate(files):
        os.dup2(file.fileno(), fd)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(fd, mode) for fd, mode in enumerate("rww"))
    sys.argv = ["supervisorctl", *args]
    code = 0
    try:
        supervisorctl.main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1 if leaving.code else 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(request):
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(request["input"].encode())
        stdin.seek(0)
        pid = os.fork()
        if pid == 0:
            child(request["args"], (stdin, stdout, stderr))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        printed = []
        for file in (stdout, stderr):
            file.seek(0)
            printed.append(file.read().decode())
        return {"code": code, "stdout": printed[0], "stderr": printed[1]}


for line in io.TextIOWrapper(os.fdopen(os.dup(0), "rb")):
    print(json.dumps(run(json.loads(line))), flush=True)
