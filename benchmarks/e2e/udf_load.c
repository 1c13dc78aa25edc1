/*
 * udf_load.c - writes points to functions that are exposed as UDFs of Kapacitor, as its daemon does, and counts what
 * comes back. Each connection has a writer and a reader; the frames are prepared, so that the client costs next to
 * nothing. Prints one JSON line. See README.md.
 */
#include "bench_net.h"

#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/un.h>

enum { CONNECTIONS_MAX = 1000 };

static struct {
    int connections;
    long batch_points;
    double warmup_s, duration_s;
    bool stream;
} opt = {.connections = 1, .batch_points = 100, .warmup_s = 5, .duration_s = 10};

static struct bytes batch; /* the frames of one batch, or of as many points of a stream */
static atomic_bool stopped;

struct connection {
    int fd;
    pthread_t writer, reader;
    atomic_long sent, received;
    atomic_long batches_ended;
};

static struct connection connections[CONNECTIONS_MAX];

static void put_varint(struct bytes *b, uint64_t n)
{
    do {
        char c = (char)((n & 127) | (n > 127 ? 128 : 0));
        bytes_append(b, &c, 1);
        n >>= 7;
    } while (n);
}

static void put_number(struct bytes *b, int field, uint64_t n)
{
    put_varint(b, (uint64_t)field << 3);
    put_varint(b, n);
}

static void put_bytes(struct bytes *b, int field, const void *p, size_t n)
{
    put_varint(b, (uint64_t)field << 3 | 2);
    put_varint(b, n);
    bytes_append(b, p, n);
}

static void put_text(struct bytes *b, int field, const char *text)
{
    put_bytes(b, field, text, strlen(text));
}

static void put_tag(struct bytes *b, int field)
{
    struct bytes entry = {0};
    put_text(&entry, 1, "host");
    put_text(&entry, 2, "server01");
    put_bytes(b, field, entry.p, entry.len);
    free(entry.p);
}

static void put_double(struct bytes *b, const char *name, double value)
{
    struct bytes entry = {0};
    put_text(&entry, 1, name);
    put_varint(&entry, 2 << 3 | 1);
    bytes_append(&entry, &value, sizeof value);
    put_bytes(b, 8, entry.p, entry.len);
    free(entry.p);
}

/* A frame with a message of a kind. */
static void put_frame(struct bytes *b, int kind, const struct bytes *message)
{
    struct bytes body = {0};
    put_bytes(&body, kind, message->p, message->len);
    put_varint(b, body.len);
    bytes_append(b, body.p, body.len);
    free(body.p);
}

static void put_begin(struct bytes *b)
{
    struct bytes m = {0};
    put_text(&m, 1, "cpu");
    put_text(&m, 2, "host=server01");
    put_tag(&m, 3);
    put_number(&m, 4, (uint64_t)opt.batch_points);
    put_frame(b, 16, &m);
    free(m.p);
}

static void put_point(struct bytes *b, uint64_t time, double value)
{
    struct bytes m = {0};
    put_number(&m, 1, time);
    if (opt.stream) {
        put_text(&m, 2, "cpu");
        put_text(&m, 3, "telegraf");
        put_text(&m, 4, "autogen");
    }
    put_text(&m, 5, "host=server01");
    if (opt.stream)
        put_text(&m, 6, "host");
    put_tag(&m, 7);
    put_double(&m, "usage_user", value);
    put_frame(b, 17, &m);
    free(m.p);
}

static void put_end(struct bytes *b, uint64_t time)
{
    struct bytes m = {0};
    put_text(&m, 1, "cpu");
    put_text(&m, 2, "host=server01");
    put_number(&m, 3, time);
    put_tag(&m, 4);
    put_frame(b, 18, &m);
    free(m.p);
}

static void prepare(void)
{
    uint64_t time = 1700000000000000000u;
    if (!opt.stream)
        put_begin(&batch);
    for (long i = 0; i < opt.batch_points; i++)
        put_point(&batch, time += 1234567891u, 50 + (double)(i % 50) / 8);
    if (!opt.stream)
        put_end(&batch, time);
}

static int unix_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        DIE("the path of the socket is too long");
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        DIE("%s: %s", path, strerror(errno));
    return fd;
}

static int send_bytes(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

static void *write_batches(void *arg)
{
    struct connection *c = arg;
    while (!atomic_load(&stopped)) {
        if (send_bytes(c->fd, batch.p, batch.len))
            DIE("send: %s", strerror(errno));
        atomic_fetch_add(&c->sent, opt.batch_points);
    }
    shutdown(c->fd, SHUT_WR);
    return NULL;
}

/* The kind of a message: the number of its field. */
static int kind_of(const unsigned char *body, size_t n)
{
    if (n == 0)
        DIE("an empty response");
    return body[0] & 128 && n > 1 ? (body[0] & 127) >> 3 | (body[1] & 127) << 4 : body[0] >> 3;
}

static void take(struct connection *c, const unsigned char *body, size_t n)
{
    switch (kind_of(body, n)) {
    case 17:
        atomic_fetch_add(&c->received, 1);
        break;
    case 18:
        atomic_fetch_add(&c->batches_ended, 1);
        break;
    case 6:
        DIE("an error: %.*s", (int)n, (const char *)body);
    default:
        break;
    }
}

/* Takes the whole frames, and returns how many bytes they have. */
static size_t take_frames(struct connection *c, const unsigned char *p, size_t n)
{
    size_t at = 0;
    for (;;) {
        size_t length = 0, head = 0;
        bool whole = false;
        while (at + head < n && !whole) {
            length |= (size_t)(p[at + head] & 127) << 7 * head;
            whole = p[at + head] < 128;
            if (++head > 5)
                DIE("not a frame");
        }
        if (!whole || n - at < head + length)
            return at;
        take(c, p + at + head, length);
        at += head + length;
    }
}

static void *read_responses(void *arg)
{
    struct connection *c = arg;
    struct bytes in = {0};
    for (;;) {
        bytes_reserve(&in, in.len + 65536);
        ssize_t k = recv(c->fd, in.p + in.len, in.cap - in.len, 0);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            DIE("recv: %s", strerror(errno));
        if (k == 0)
            break;
        in.len += (size_t)k;
        size_t taken = take_frames(c, (unsigned char *)in.p, in.len);
        memmove(in.p, in.p + taken, in.len - taken);
        in.len -= taken;
    }
    if (in.len)
        DIE("the connection ended in a frame");
    free(in.p);
    return NULL;
}

/* An Init without options, and its answer. */
static void init(struct connection *c)
{
    static const char request[] = {0x02, 0x12, 0x00}, success[] = {0x04, 0x12, 0x02, 0x08, 0x01};
    char answer[1024];
    if (send_bytes(c->fd, request, sizeof request))
        DIE("send: %s", strerror(errno));
    ssize_t n = recv(c->fd, answer, sizeof answer, 0);
    if (n != sizeof success || memcmp(answer, success, sizeof success))
        DIE("Init did not succeed: %.*s", n > 0 ? (int)n : 0, answer);
}

static long sum_received(void)
{
    long sum = 0;
    for (int i = 0; i < opt.connections; i++)
        sum += atomic_load(&connections[i].received);
    return sum;
}

static void usage(void)
{
    DIE("usage: udf_load [-c CONNECTIONS] [-b POINTS] [-s] [-w WARMUP_S] [-d DURATION_S] SOCKET\n"
        "  -b  how many points a batch has\n"
        "  -s  a stream instead of batches");
}

int main(int argc, char **argv)
{
    for (int o; (o = getopt(argc, argv, "c:b:sw:d:")) != -1;) {
        switch (o) {
        case 'c':
            opt.connections = atoi(optarg);
            break;
        case 'b':
            opt.batch_points = atol(optarg);
            break;
        case 's':
            opt.stream = true;
            break;
        case 'w':
            opt.warmup_s = atof(optarg);
            break;
        case 'd':
            opt.duration_s = atof(optarg);
            break;
        default:
            usage();
        }
    }
    if (optind != argc - 1 || opt.connections < 1 || opt.connections > CONNECTIONS_MAX || opt.batch_points < 1)
        usage();
    prepare();
    for (int i = 0; i < opt.connections; i++) {
        connections[i].fd = unix_connect(argv[optind]);
        init(&connections[i]);
    }
    for (int i = 0; i < opt.connections; i++) {
        pthread_create(&connections[i].reader, NULL, read_responses, &connections[i]);
        pthread_create(&connections[i].writer, NULL, write_batches, &connections[i]);
    }
    sleep_ns((uint64_t)(opt.warmup_s * 1e9));
    uint64_t begin = now_ns();
    long before = sum_received();
    sleep_ns((uint64_t)(opt.duration_s * 1e9));
    double seconds = (double)(now_ns() - begin) / 1e9;
    long points = sum_received() - before;
    atomic_store(&stopped, true);
    long sent = 0, received = 0, batches = 0;
    for (int i = 0; i < opt.connections; i++) {
        pthread_join(connections[i].writer, NULL);
        pthread_join(connections[i].reader, NULL);
        sent += atomic_load(&connections[i].sent);
        received += atomic_load(&connections[i].received);
        batches += atomic_load(&connections[i].batches_ended);
        close(connections[i].fd);
    }
    printf("{\"connections\":%d,\"seconds\":%.3f,\"points\":%ld,\"points_per_s\":%.0f,\"sent\":%ld,\"received\":%ld,"
           "\"batches\":%ld}\n",
           opt.connections, seconds, points, (double)points / seconds, sent, received, batches);
    return sent == received ? 0 : 1;
}
