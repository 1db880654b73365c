# Says what its world is, as JSON, into the file that it is given; then sleeps.
import json, os, resource, stat, sys, time

def kind(fd):
    mode = os.fstat(fd).st_mode
    names = {'fifo': stat.S_ISFIFO, 'socket': stat.S_ISSOCK, 'file': stat.S_ISREG, 'device': stat.S_ISCHR}
    return next((name for name, holds in names.items() if holds(mode)), 'other')

def descriptors():
    listed = sorted(int(fd) for fd in os.listdir('/proc/self/fd'))
    found = {}
    for fd in listed:
        try:
            found[fd] = kind(fd)
        except OSError:
            pass  # The listing's own.
    return found

def opens(path):
    try:
        os.close(os.open(path, os.O_WRONLY))
        return True
    except OSError:
        return False

status = dict(line.split(':\t', 1) for line in open('/proc/self/status') if ':\t' in line)
umask = os.umask(0)
os.umask(umask)
world = {
    'descriptors': descriptors(),
    'stderr is stdout': os.path.sameopenfile(1, 2),
    'opens /dev/stdout': opens('/dev/stdout'),
    'leads its group': os.getpgrp() == os.getpid(),
    'is in the session of its parent': os.getsid(0) == os.getsid(os.getppid()),
    'uids': os.getresuid(),
    'gids': os.getresgid(),
    'groups': sorted(os.getgroups()),
    'umask': oct(umask),
    'folder': os.getcwd(),
    'nofile': resource.getrlimit(resource.RLIMIT_NOFILE),
    'nproc': resource.getrlimit(resource.RLIMIT_NPROC),
    'blocked': status['SigBlk'].strip(),
    'capabilities': status['CapEff'].strip(),
    'arguments': sys.argv[2:],
    'environment': {name: value for name, value in os.environ.items() if name != 'STATEVISOR_TEST_FOLDER'},
}
with open(sys.argv[1] + '.part', 'w') as book:
    json.dump(world, book)
os.rename(sys.argv[1] + '.part', sys.argv[1])
time.sleep(1000)
