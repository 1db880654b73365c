# An event listener that appends each event's name and payload to a file, one a line.
import sys

with open(sys.argv[1], 'a', buffering=1) as book:
    while True:
        sys.stdout.write('READY\n')
        sys.stdout.flush()
        header = dict(pair.split(':', 1) for pair in sys.stdin.readline().split())
        payload = sys.stdin.read(int(header['len']))
        book.write(header['eventname'] + ' ' + payload.replace('\n', ' ') + '\n')
        sys.stdout.write('RESULT 2\nOK')
        sys.stdout.flush()
