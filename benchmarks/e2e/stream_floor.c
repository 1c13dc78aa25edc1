/* How fast bytes go one way over loopback: through a plain TCP relay, or from an HTTP server.
 *
 *   stream_floor BYTES                    source, relay and reader, each a process; 64 KiB at a time
 *   stream_floor --post HOST:PORT PATH    POST {} and read the answer until the server closes
 *
 * Prints the bytes that were read, the seconds and MiB/s.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (64 * 1024)

static char block[BLOCK];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int connected(const char *host, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || inet_pton(AF_INET, host, &to.sin_addr) != 1 || connect(s, (struct sockaddr *)&to, sizeof to) != 0)
        fail("connect");
    return s;
}

static int listening(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) != 0 || listen(s, 1) != 0 ||
        getsockname(s, (struct sockaddr *)&at, &length) != 0)
        fail("listen");
    *port = ntohs(at.sin_port);
    return s;
}

static void write_all(int s, const char *from, size_t count)
{
    while (count > 0) {
        ssize_t n = write(s, from, count);
        if (n <= 0)
            fail("write");
        from += n;
        count -= n;
    }
}

static void report(int s, double began)
{
    unsigned long long total = 0;
    ssize_t n;
    while ((n = read(s, block, BLOCK)) > 0)
        total += n;
    double seconds = now() - began;
    printf("%llu bytes in %.3f s: %.0f MiB/s\n", total, seconds, total / seconds / (1024 * 1024));
}

static int floor_of(unsigned long long bytes)
{
    int source_port, relay_port;
    int source = listening(&source_port);
    int relay = listening(&relay_port);
    if (fork() == 0) {
        int s = accept(source, NULL, NULL);
        for (unsigned long long left = bytes; left > 0;) {
            size_t n = left < BLOCK ? left : BLOCK;
            write_all(s, block, n);
            left -= n;
        }
        exit(0);
    }
    if (fork() == 0) {
        int from = connected("127.0.0.1", source_port);
        int to = accept(relay, NULL, NULL);
        ssize_t n;
        while ((n = read(from, block, BLOCK)) > 0)
            write_all(to, block, n);
        exit(0);
    }
    close(source);
    int s = connected("127.0.0.1", relay_port);
    report(s, now());
    while (wait(NULL) > 0)
        ;
    return 0;
}

static int post(char *address, const char *path)
{
    char *colon = strrchr(address, ':');
    if (!colon)
        return 2;
    *colon = 0;
    int s = connected(address, atoi(colon + 1));
    char head[1024];
    int n = snprintf(head, sizeof head,
                     "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", path);
    double began = now();
    write_all(s, head, n);
    report(s, began);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--post") == 0)
        return post(argv[2], argv[3]);
    if (argc == 2 && argv[1][0] != '-')
        return floor_of(strtoull(argv[1], NULL, 10));
    fprintf(stderr, "usage: stream_floor BYTES | stream_floor --post HOST:PORT PATH\n");
    return 2;
}
