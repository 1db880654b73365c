"""Runs a command on a terminal of its own and passes bytes on: our stdin is its keyboard, its screen is our stdout.

When our stdin ends the terminal goes away. The exit status is the command's, 128 + N for a death by signal N.
"""

import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

sources = [0, terminal]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""  # Linux reports the end of a terminal as an error.
        if source == terminal and data:
            os.write(1, data)
        elif source == terminal:
            sources.remove(terminal)
        elif data:
            os.write(terminal, data)
        else:
            os.close(terminal)
            sources.clear()
            break

code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
