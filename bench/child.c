/* The programs that the bench has supervised: small, so that what is measured is the supervisor.
 *
 *   child hello FIFO            writes "TIME PID" to the FIFO in main(), then sleeps
 *   child crash FIFO            writes it and exits with status 1; sleeps while there is a file FIFO.calm
 *   child flood BYTES CHUNK     writes so many bytes to stdout, CHUNK at a time, each ending in a newline
 *   child flood BYTES CHUNK 2   writes them to stdout and stderr by turns
 *   child drip CHUNK            writes such chunks for ever
 *   child listen FIFO           an event listener that writes "TIME PID SERIAL SIZE" for each event
 *   child spawns COUNT FILE     starts FILE so often, one after the other, and prints how many a second
 *
 * TIME is of the monotonic clock, in nanoseconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static int ear = -1;

static void tell(const char *more) {
  char line[128];
  int length = snprintf(line, sizeof line, "%lld %d%s%s\n", now(), (int)getpid(), more[0] ? " " : "", more);
  if (write(ear, line, length) != length) exit(3);
}

static void put(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, bytes, size);
    if (written < 0) exit(4);
    bytes += written;
    size -= written;
  }
}

static char *chunk(size_t size) {
  char *bytes = malloc(size);
  for (size_t i = 0; i < size; i++) bytes[i] = 'a' + i % 26;
  bytes[size - 1] = '\n';
  return bytes;
}

static int is_calm(const char *fifo) {
  char path[4096];
  snprintf(path, sizeof path, "%s.calm", fifo);
  return access(path, F_OK) == 0;
}

static void listen_to_events(void) {
  char header[1024];
  setvbuf(stdin, NULL, _IOFBF, 1 << 20);
  char *body = malloc(1 << 22);
  for (;;) {
    put(1, "READY\n", 6);
    if (!fgets(header, sizeof header, stdin)) exit(0);
    char *length = strstr(header, "len:");
    size_t size = length ? strtoul(length + 4, NULL, 10) : 0;
    if (fread(body, 1, size, stdin) != size) exit(5);
    char *serial = strstr(header, "poolserial:");
    char number[64];
    snprintf(number, sizeof number, "%ld %zu", serial ? strtol(serial + 11, NULL, 10) : -1L, size);
    tell(number);
    put(1, "RESULT 2\nOK", 11);
  }
}

static void spawns(int count, char *file) {
  char *argv[] = {file, "bare", NULL};
  long long begin = now();
  for (int i = 0; i < count; i++) {
    pid_t pid;
    if (posix_spawn(&pid, file, NULL, NULL, argv, environ) != 0) exit(6);
    waitpid(pid, NULL, 0);
  }
  printf("%.1f\n", count * 1e9 / (now() - begin));
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (!strcmp(mode, "bare")) return 0;
  if (argc < 3) return 2;
  if (!strcmp(mode, "hello") || !strcmp(mode, "crash") || !strcmp(mode, "listen")) {
    ear = open(argv[2], O_WRONLY | O_CLOEXEC);
    if (ear < 0) return 2;
    if (!strcmp(mode, "listen")) listen_to_events();
    tell("");
    if (!strcmp(mode, "crash") && !is_calm(argv[2])) return 1;
    for (;;) pause();
  }
  if (!strcmp(mode, "flood")) {
    long long left = atoll(argv[2]);
    size_t size = atol(argv[3]);
    char *bytes = chunk(size);
    int turns = argc > 4 ? 2 : 1;
    for (int turn = 0; left > 0; left -= size, turn++) put(1 + turn % turns, bytes, size);
    for (;;) pause();
  }
  if (!strcmp(mode, "drip")) {
    size_t size = atol(argv[2]);
    char *bytes = chunk(size);
    for (;;) put(1, bytes, size);
  }
  if (!strcmp(mode, "spawns")) spawns(atoi(argv[2]), argv[3]);
  return 0;
}
