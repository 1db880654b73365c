"""Reads texts with Python's own supervisor, many in one process.

Reads lines of JSON: {"configuration": {"folder": "…", "files": {name: text}}} or {"reader": "…", "text": "…"};
answers each with a line of JSON: {"read": …} or {"refused": "…"}.
"""

import contextlib
import io
import json
import os
import shlex
import sys

from supervisor import datatypes, options

READERS = {
    "command": shlex.split,
    "environment": datatypes.dict_of_key_value_pairs,
    "size": datatypes.byte_size,
    "boolean": datatypes.boolean,
    "octal": datatypes.octal_type,
    "list": datatypes.list_of_strings,
    "exitcodes": datatypes.list_of_exitcodes,
    "integer": datatypes.integer,
    "signal": lambda text: int(datatypes.signal_number(text)),
    "address": lambda text: list(datatypes.inet_address(text)),
    "level": datatypes.logging_level,
    "url": datatypes.url,
    "name": datatypes.process_or_group_name,
}

PROCESS = (
    "name", "command", "directory", "umask", "priority", "autostart", "autorestart", "startsecs", "startretries",
    "stopsignal", "stopwaitsecs", "stopasgroup", "killasgroup", "exitcodes", "redirect_stderr", "environment",
    "stdout_logfile", "stdout_logfile_maxbytes", "stdout_logfile_backups", "stdout_capture_maxbytes",
    "stdout_events_enabled", "stdout_syslog", "stderr_logfile", "stderr_logfile_maxbytes", "stderr_logfile_backups",
    "stderr_capture_maxbytes", "stderr_events_enabled", "stderr_syslog", "serverurl",
)
SETTINGS = (
    "logfile", "logfile_maxbytes", "logfile_backups", "loglevel", "pidfile", "umask", "nodaemon", "silent", "minfds",
    "minprocs", "nocleanup", "directory", "strip_ansi", "identifier",
)
SERVER = ("section", "name", "file", "chmod", "host", "port", "username", "password")


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


def plain(value):
    if value is options.Automatic:
        return "auto"
    if value is datatypes.RestartWhenExitUnexpected:
        return "unexpected"
    if value is datatypes.RestartUnconditionally:
        return "always"
    return value


def fields(thing, names):
    return {name: plain(getattr(thing, name)) for name in names}


def group(config):
    # Of two processes of one name supervisord keeps the later one, of two groups the first.
    kept = {process.name: process for process in config.process_configs}
    processes = [fields(process, PROCESS) for process in config.process_configs if process is kept[process.name]]
    return {"name": config.name, "priority": config.priority, "processes": processes}


def groups(configs):
    kept = {config.name: config for config in reversed(configs)}
    return [group(config) for config in configs if config is kept[config.name]]


def configuration(folder, files):
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf8", newline="") as file:
            file.write(text)
    os.chdir(folder)
    read = options.ServerOptions()
    read.usage = refuse
    read.realize(args=["-c", "a.conf"], doc="")
    settings = {**fields(read, SETTINGS), "environment": read.configroot.supervisord.environment}
    settings["nodaemon"] = bool(settings["nodaemon"])
    servers = [{name: server[name] for name in SERVER if name in server} for server in read.server_configs]
    return {"settings": settings, "servers": servers, "groups": groups(read.process_group_configs)}


def answer(request):
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            if "configuration" in request:
                return {"read": configuration(**request["configuration"])}
            return {"read": READERS[request["reader"]](request["text"])}
    except (Refused, ValueError, TypeError, IndexError) as error:
        return {"refused": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
