/*
 * fn_load.c - calls a function through an Fn runner, one call after the other
 * on one connection, as Fn's load balancer does: try, one frame with the body,
 * an empty last frame. Speaks HTTP/2 with prepared frames, so that the client
 * costs next to nothing. Prints one JSON line like that of load. See README.md.
 */
#include "bench_net.h"

#include <getopt.h>

enum { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7, WINDOW_UPDATE = 8 };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4, FRAME_HEAD = 9 };

static struct bytes call;             /* the frames of one call */
static size_t stream_ids[4];          /* where in it the number of the stream is */
static const char *payload;
static size_t payload_bytes = 128;

static void put_u32(char *p, uint32_t n)
{
    n = __builtin_bswap32(n);
    memcpy(p, &n, 4);
}

static void put_frame(struct bytes *b, int type, int flags, const void *p, size_t n)
{
    char head[FRAME_HEAD] = {(char)(n >> 16), (char)(n >> 8), (char)n, (char)type, (char)flags};
    bytes_append(b, head, sizeof head);
    bytes_append(b, p, n);
}

static void put_field(struct bytes *b, const char *name, const char *value)
{
    char length = (char)strlen(name);
    bytes_append(b, "\0", 1); /* a literal that is not indexed */
    bytes_append(b, &length, 1);
    bytes_append(b, name, strlen(name));
    length = (char)strlen(value);
    bytes_append(b, &length, 1);
    bytes_append(b, value, strlen(value));
}

static void put_varint(struct bytes *b, size_t n)
{
    do {
        char c = (char)((n & 127) | (n > 127 ? 128 : 0));
        bytes_append(b, &c, 1);
        n >>= 7;
    } while (n);
}

/* A field of a message that holds bytes. */
static void put_bytes(struct bytes *b, int field, const void *p, size_t n)
{
    put_varint(b, (size_t)field << 3 | 2);
    put_varint(b, n);
    bytes_append(b, p, n);
}

static void put_message(const struct bytes *message)
{
    struct bytes b = {0};
    char head[5] = {0};
    put_u32(head + 1, (uint32_t)message->len);
    bytes_append(&b, head, sizeof head);
    bytes_append(&b, message->p, message->len);
    put_frame(&call, DATA, 0, b.p, b.len);
    free(b.p);
}

static void prepare(const char *image)
{
    struct bytes b = {0}, inner = {0};
    int ids = 0;
    put_field(&b, ":method", "POST");
    put_field(&b, ":scheme", "http");
    put_field(&b, ":path", "/RunnerProtocol/Engage");
    put_field(&b, ":authority", "localhost");
    put_field(&b, "content-type", "application/grpc");
    put_field(&b, "user-agent", "grpc-go/1.20.1");
    put_field(&b, "te", "trailers");
    stream_ids[ids++] = call.len + 5;
    put_frame(&call, HEADERS, END_HEADERS, b.p, b.len);

    char json[1024];
    int n = snprintf(json, sizeof json,
                     "{\"id\":\"01JEXAMPLE0CALL0ID00000001\",\"status\":\"running\",\"image\":\"%s\",\"type\":\"sync\","
                     "\"url\":\"http://127.0.0.1:8080/invoke/f\",\"method\":\"POST\",\"timeout\":30,\"idle_timeout\":30,"
                     "\"memory\":128,\"config\":{\"FN_APP_ID\":\"a\",\"FN_FN_ID\":\"f\",\"FN_MEMORY\":\"128\","
                     "\"FN_TYPE\":\"sync\"},\"headers\":{\"Content-Type\":[\"application/json\"],"
                     "\"User-Agent\":[\"curl/7.88.1\"]},\"completed_at\":\"0001-01-01T00:00:00.000Z\","
                     "\"created_at\":\"2026-11-20T12:18:20.276Z\",\"started_at\":\"2026-11-20T12:18:20.276Z\","
                     "\"app_id\":\"a\",\"app_name\":\"app\",\"trigger_id\":\"\",\"fn_id\":\"f\"}",
                     image);
    b.len = 0;
    put_bytes(&inner, 1, json, (size_t)n);
    put_bytes(&b, 1, inner.p, inner.len);
    stream_ids[ids++] = call.len + 5;
    put_message(&b);

    b.len = inner.len = 0;
    put_bytes(&inner, 1, payload, payload_bytes);
    put_bytes(&b, 2, inner.p, inner.len);
    stream_ids[ids++] = call.len + 5;
    put_message(&b);

    b.len = 0;
    put_bytes(&b, 2, "\x10\x01", 2);
    stream_ids[ids++] = call.len + 5;
    put_message(&b);
    free(b.p);
    free(inner.p);
}

static void need(struct hconn *c, size_t n)
{
    while (c->in.len - c->pos < n)
        if (hconn_fill(c) <= 0)
            DIE("the runner has closed the connection");
}

static void answer(struct hconn *c, int type, int flags, uint32_t stream, const void *p, size_t n)
{
    struct bytes b = {0};
    put_frame(&b, type, flags, p, n);
    put_u32(b.p + 5, stream);
    if (send_all(c->fd, b.p, b.len))
        DIE("send: %s", strerror(errno));
    free(b.p);
}

/* One call; whether it succeeded with its own payload. */
static bool exchange(struct hconn *c, uint32_t stream)
{
    static struct bytes body;
    static size_t unacknowledged;
    for (size_t i = 0; i < 4; i++)
        put_u32(call.p + stream_ids[i], stream);
    if (send_all(c->fd, call.p, call.len))
        DIE("send: %s", strerror(errno));
    body.len = 0;
    for (;;) {
        need(c, FRAME_HEAD);
        const unsigned char *h = (const unsigned char *)c->in.p + c->pos;
        size_t n = (size_t)h[0] << 16 | (size_t)h[1] << 8 | h[2];
        int type = h[3], flags = h[4];
        uint32_t id = ((uint32_t)h[5] << 24 | (uint32_t)h[6] << 16 | (uint32_t)h[7] << 8 | h[8]) & 0x7fffffff;
        need(c, FRAME_HEAD + n);
        const char *p = c->in.p + c->pos + FRAME_HEAD;
        c->pos += FRAME_HEAD + n;
        if (type == SETTINGS && !(flags & ACK)) {
            answer(c, SETTINGS, ACK, 0, "", 0);
        } else if (type == PING && !(flags & ACK)) {
            answer(c, PING, ACK, 0, p, n);
        } else if (type == GOAWAY) {
            DIE("the runner ends the connection");
        } else if (type == RST_STREAM && id == stream) {
            DIE("the runner has reset a call");
        } else if (type == DATA) {
            unacknowledged += n;
            if (id == stream)
                bytes_append(&body, p, n);
        } else if (type == HEADERS && id == stream && (flags & END_STREAM)) {
            break;
        }
    }
    if (unacknowledged > 16384) {
        char increment[4];
        put_u32(increment, (uint32_t)unacknowledged);
        answer(c, WINDOW_UPDATE, 0, 0, increment, sizeof increment);
        unacknowledged = 0;
    }
    return memmem(body.p, body.len, payload, payload_bytes) && memmem(body.p, body.len, "\x08\x01\x12\x1a", 4);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    long requests = 1000, warmup = 0;
    int option;
    while ((option = getopt(argc, argv, "n:w:s:")) != -1) {
        if (option == 'n')
            requests = atol(optarg);
        else if (option == 'w')
            warmup = atol(optarg);
        else if (option == 's')
            payload_bytes = (size_t)atol(optarg);
        else
            return 2;
    }
    if (argc - optind != 2 || payload_bytes > 10240)
        DIE("usage: fn_load [-n calls] [-w calls to warm up] [-s bytes, at most 10240] HOST:PORT IMAGE");
    struct endpoint runner;
    endpoint_parse(&runner, argv[optind]);
    payload = json_payload(payload_bytes);
    prepare(argv[optind + 1]);
    struct hconn conn = {0};
    int fd = tcp_connect(&runner, 60000);
    if (fd < 0)
        DIE("connect: %s", strerror(errno));
    hconn_reset(&conn, fd);
    struct bytes preface = {0};
    bytes_append(&preface, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
    put_frame(&preface, SETTINGS, 0, "", 0);
    if (send_all(fd, preface.p, preface.len))
        DIE("send: %s", strerror(errno));

    uint64_t *samples = calloc((size_t)requests, sizeof *samples);
    long failed = 0;
    uint32_t stream = 1;
    uint64_t begin = 0;
    for (long i = -warmup; i < requests; i++, stream += 2) {
        uint64_t t = now_ns();
        if (i == 0)
            begin = t;
        bool ok = exchange(&conn, stream);
        if (i >= 0) {
            samples[i] = now_ns() - t;
            failed += !ok;
        }
    }
    double seconds = (double)(now_ns() - begin) / 1e9;
    qsort(samples, (size_t)requests, sizeof *samples, by_value);
    printf("{\"answered\":%ld,\"ok\":%ld,\"ok_rps\":%.0f,\"latency_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,"
           "\"max\":%.1f}}\n",
           requests, requests - failed, (double)requests / seconds, (double)samples[requests / 2] / 1e3,
           (double)samples[requests * 9 / 10] / 1e3, (double)samples[requests * 99 / 100] / 1e3,
           (double)samples[requests - 1] / 1e3);
    return failed != 0;
}
