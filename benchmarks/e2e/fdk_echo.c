/*
 * fdk_echo.c - the cheapest function of Fn: listens on the Unix socket that
 * FN_LISTENER names, as an FDK does, and answers every POST /call with its own
 * body. See README.md.
 */
#include "bench_net.h"

#include <sys/stat.h>
#include <sys/un.h>

static int listen_as_fdk(const char *listener)
{
    if (strncmp(listener, "unix:", 5) != 0)
        DIE("FN_LISTENER does not begin with unix: %s", listener);
    const char *path = listener + 5;
    const char *slash = strrchr(path, '/');
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int n = snprintf(addr.sun_path, sizeof addr.sun_path, "%.*s/phonylsnr.sock", (int)(slash - path), path);
    if (!slash || n < 0 || (size_t)n >= sizeof addr.sun_path)
        DIE("FN_LISTENER is too long");
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&addr, sizeof addr) || listen(fd, 16))
        DIE("%s: %s", addr.sun_path, strerror(errno));
    chmod(addr.sun_path, 0666);
    if (symlink("phonylsnr.sock", path)) /* says that the socket is ready */
        DIE("%s: %s", path, strerror(errno));
    return fd;
}

int main(void)
{
    const char *listener = getenv("FN_LISTENER");
    if (!listener)
        DIE("FN_LISTENER is not set");
    int listening = listen_as_fdk(listener);
    struct hconn conn = {0};
    struct hmsg request = {0};
    for (;;) {
        int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            DIE("accept: %s", strerror(errno));
        hconn_reset(&conn, fd);
        while (http_read_head(&conn, &request) == 1 && http_read_body(&conn, &request) == 0) {
            char head[160];
            int n = snprintf(head, sizeof head,
                             "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
                             "Content-Length: %zu\r\n\r\n",
                             request.body.len);
            struct iovec v[2] = {{head, (size_t)n}, {request.body.p, request.body.len}};
            if (send_iov(fd, v, request.body.len ? 2 : 1))
                break;
        }
        close(fd);
    }
}
