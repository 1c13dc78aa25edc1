package dev.rapid.http.request;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Separates the bytes of a connection into requests before Undertow reads them.
 *
 * <p>Undertow gets the heads, one at a time and only those that {@link RequestHead} has found to be
 * complete and valid, without the headers that frame a body: for Undertow no request has a body.
 * {@link #readBody} reads bodies. So every fault is found here, the API of the listener answers it,
 * and the connection can carry that answer. A wrong head is passed on as a placeholder request with
 * a {@link #fault}.
 *
 * <p>Methods are to be called on the I/O thread of the connection, unless they say otherwise.
 */
public final class RequestConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {

  /** How many bytes of an unread body are discarded so that the connection can be used again. */
  static final long DISCARD_BYTES = 8L * 1024 * 1024;

  private enum Phase {
    /** The next request has not come completely. */
    HEAD,
    /** Undertow reads the head. */
    PASSING,
    /** The request is under way; its body, if there is one, can be read. */
    REQUEST
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DISCARD_AT_ONCE = 64;

  private final StreamConnection connection;
  private final RequestMemory memory;
  private final RequestLimits limits;
  private final RequestHead head;
  private final ConnectionEnd end;

  private Phase phase = Phase.HEAD;
  private ByteBuffer in = NOTHING;
  private @Nullable PooledByteBuffer pooled;
  private int passing;
  private boolean headHeld;
  private int sentAhead;
  private boolean abandoned;
  private volatile boolean givenUp;

  private long remaining;
  private long bodyRead;
  private @Nullable ChunkFraming chunks;
  private boolean broken;
  private boolean continueDue;
  private @Nullable Runnable bodyLost;

  private RequestConduit(
      StreamSourceConduit next,
      StreamConnection connection,
      RequestMemory memory,
      RequestLimits limits) {
    super(next);
    this.connection = connection;
    this.memory = memory;
    this.limits = limits;
    this.head = new RequestHead(limits.headBytes());
    this.end = new ConnectionEnd(connection);
  }

  /** Installs a conduit in front of the readers of {@code connection}. */
  public static RequestConduit install(
      StreamConnection connection, RequestMemory memory, RequestLimits limits) {
    RequestConduit conduit =
        new RequestConduit(connection.getSourceChannel().getConduit(), connection, memory, limits);
    connection.getSourceChannel().setConduit(conduit);
    return conduit;
  }

  /** Returns the conduit of the connection that {@code exchange} came on. */
  static RequestConduit of(HttpServerExchange exchange) {
    if (exchange.getConnection() instanceof HttpServerConnection http
        && http.getOriginalSourceConduit() instanceof RequestConduit conduit) {
      return conduit;
    }
    throw new IllegalArgumentException("Not an exchange of an HttpListener");
  }

  /** Returns how the connection ends without losing a request. Any thread. */
  public ConnectionEnd end() {
    return end;
  }

  // ------------------------------------------------------------------ the request under way

  /** Returns what is wrong with the head of the request, null if nothing is. */
  @Nullable RequestFault fault() {
    return head.fault();
  }

  /** Returns the path of the request as it was sent. */
  String path() {
    return head.path();
  }

  /** Returns the query of the request as it was sent. */
  String query() {
    return head.query();
  }

  /** Returns the announced length of the body, {@link RequestHead#CHUNKED} if there is none. */
  long bodyLength() {
    return head.bodyLength();
  }

  /** Returns whether the body, if there is one, was read to its end. */
  boolean bodyEnded() {
    ChunkFraming framing = chunks;
    return !broken && (framing == null ? remaining == 0 : framing.ended());
  }

  /** Returns whether the client waits for 100 and has not sent any of the body. */
  boolean isContinueDue() {
    return continueDue && !in.hasRemaining();
  }

  /** Returns the first value of a trailer, null if there is none. */
  @Nullable String trailer(String name) {
    ChunkFraming framing = chunks;
    return framing == null ? null : framing.trailer(name);
  }

  /** Releases the memory of the trailers, which are no longer needed. */
  void forgetTrailers() {
    ChunkFraming framing = chunks;
    if (framing != null) {
      framing.release();
    }
  }

  /**
   * Returns whether the connection can carry another request: the rest of the body is known to
   * arrive, and small enough to be discarded.
   */
  boolean canBeUsedAgain() {
    if (bodyEnded()) {
      return true;
    }
    if (broken || isContinueDue()) {
      return false;
    }
    return chunks == null ? remaining <= DISCARD_BYTES : bodyRead < DISCARD_BYTES;
  }

  // ------------------------------------------------------------------ heads, for Undertow

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (phase == Phase.PASSING) {
      return passHead(dst);
    }
    if (head.fault() != null || connection.getSinkChannel().getConduit().isWriteShutdown()) {
      return discard();
    }
    if (phase == Phase.REQUEST) {
      int left = skipBody();
      if (left != 0) {
        return left < 0 ? -1 : 0;
      }
      requestEnded();
    }
    while (!head.scan(in) && !givenUp) {
      int count = fill();
      if (count < 0) {
        giveBack();
        return -1;
      }
      if (count == 0) {
        waitForHead();
        return 0;
      }
    }
    if (givenUp) {
      head.giveUp();
    }
    headEnded();
    return passHead(dst);
  }

  private void waitForHead() {
    if (in.hasRemaining()) {
      releaseSentAhead();
      headHeld = true;
      memory.unfinishedHeads().hold(this, in.capacity());
    } else {
      giveBack();
    }
  }

  private void headEnded() {
    releaseHead();
    releaseSentAhead();
    givenUp = false;
    phase = Phase.PASSING;
    if (head.fault() != null) {
      giveBack();
      in = ByteBuffer.wrap(meaninglessHead());
      passing = in.remaining();
      return;
    }
    passing = head.rewrite(in);
    bodyRead = 0;
    continueDue = head.expectsContinue();
    if (head.bodyLength() == RequestHead.CHUNKED) {
      chunks = new ChunkFraming(memory.payloads(), limits.trailerBytes());
    } else {
      remaining = head.bodyLength();
    }
  }

  /** A request that Undertow passes to the handler, which answers the fault. */
  private byte[] meaninglessHead() {
    String version = head.isHttp10() ? "HTTP/1.0" : "HTTP/1.1";
    String text =
        (head.isHead() ? "HEAD" : "GET")
            + " / "
            + version
            + "\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private int passHead(ByteBuffer dst) {
    int count = Math.min(passing, dst.remaining());
    dst.put(dst.position(), in, in.position(), count).position(dst.position() + count);
    in.position(in.position() + count);
    passing -= count;
    if (passing == 0) {
      phase = Phase.REQUEST;
      giveBackIfEmpty();
    }
    return count;
  }

  private void requestEnded() {
    phase = Phase.HEAD;
    end.requestEnded();
    forgetTrailers();
    chunks = null;
    remaining = 0;
    broken = false;
    continueDue = false;
    bodyLost = null;
    head.reset();
  }

  /** Refuses an incomplete head, whose memory other connections need. Any thread. */
  void giveUp() {
    givenUp = true;
    next.wakeupReads();
  }

  // ------------------------------------------------------------------ bodies

  /**
   * Reads data of the body.
   *
   * @return how many bytes were read, 0 if there are none now, -1 if the body has ended
   * @throws ChunkFraming.OversizedTrailersException if there are too many trailers
   * @throws IOException if the body breaks off or its framing is malformed
   */
  int readBody(ByteBuffer dst) throws IOException {
    if (bodyEnded()) {
      return -1;
    }
    if (broken) {
      throw new IOException("The body is broken");
    }
    if (continueDue) {
      sendContinue();
    }
    try {
      ChunkFraming framing = chunks;
      int count = framing == null ? readData(dst, remaining) : readChunks(framing, dst);
      bodyRead += Math.max(0, count);
      if (framing == null) {
        remaining -= count;
      }
      return count == 0 && bodyEnded() ? -1 : count;
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  private void sendContinue() throws IOException {
    continueDue = false;
    if (!in.hasRemaining()) {
      // The answer before was taken by the system completely, so there is room for these bytes.
      ByteBuffer bytes = ByteBuffer.wrap(CONTINUE);
      connection.getSinkChannel().getConduit().write(bytes);
      if (bytes.hasRemaining()) {
        broken = true;
        throw new IOException("The client does not read");
      }
    }
  }

  private int readChunks(ChunkFraming framing, ByteBuffer dst) throws IOException {
    int total = 0;
    while (dst.hasRemaining() && !framing.ended()) {
      if (framing.remaining() > 0) {
        int count = readData(dst, framing.remaining());
        if (count == 0) {
          break;
        }
        framing.dataRead(count);
        total += count;
      } else {
        if (!in.hasRemaining() && fill() <= 0) {
          requireOpen();
          giveBackIfEmpty();
          break;
        }
        framing.read(in);
        bodyRead += 1; // Lines without data must not be read for ever either.
        giveBackIfEmpty();
      }
    }
    return total;
  }

  /** Reads as many bytes as there are, but not more than {@code most}. */
  private int readData(ByteBuffer dst, long most) throws IOException {
    int limit = dst.limit();
    if (dst.remaining() > most) {
      dst.limit(dst.position() + (int) most);
    }
    try {
      if (!in.hasRemaining()) {
        int count = next.read(dst);
        if (count < 0) {
          throw brokenOff();
        }
        return count;
      }
      int count = Math.min(in.remaining(), dst.remaining());
      dst.put(dst.position(), in, in.position(), count).position(dst.position() + count);
      in.position(in.position() + count);
      giveBackIfEmpty();
      return count;
    } finally {
      dst.limit(limit);
    }
  }

  private void requireOpen() throws IOException {
    if (next.isReadShutdown()) {
      throw brokenOff();
    }
  }

  private static IOException brokenOff() {
    return new IOException("The connection ended before the body did");
  }

  /**
   * Calls {@code readable} whenever there may be more of the body, until {@link #suspendReads}.
   *
   * @param lost called once if the connection is closed meanwhile, by whomever
   */
  void awaitBody(Runnable readable, Runnable lost) {
    bodyLost = lost;
    connection.getSourceChannel().setReadListener(channel -> readable.run());
    if (!connection.isOpen()) {
      connection.getIoThread().execute(lost);
    }
    resumeReads();
  }

  /** Returns 0 if nothing is left of the body, 1 if more will come, -1 if it is too much. */
  private int skipBody() {
    if (bodyEnded()) {
      return 0;
    }
    if (!canBeUsedAgain()) {
      return -1;
    }
    try (PooledByteBuffer scratch = memory.buffers().allocate()) {
      while (bodyRead < DISCARD_BYTES || chunks == null) {
        int count = readBody(scratch.getBuffer().clear());
        if (count <= 0) {
          return count < 0 ? 0 : 1;
        }
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * Discards the rest of the body, so that the client can read its answer before the connection is
   * closed.
   */
  private int discard() throws IOException {
    giveBack();
    try (PooledByteBuffer scratch = memory.buffers().allocate()) {
      int count = 1;
      for (int i = 0; i < DISCARD_AT_ONCE && count > 0; i++) {
        count = next.read(scratch.getBuffer().clear());
      }
      return Math.min(count, 0);
    }
  }

  // ------------------------------------------------------------------ the end of the connection

  /**
   * Calls {@code gone} if the client sends no more before the request is answered. What it sends
   * instead is kept for the next request.
   */
  void watch(Runnable gone) {
    connection.getSourceChannel().setReadListener(channel -> look(gone));
    next.resumeReads();
  }

  /** Looks whether there is an end of the connection now; see {@link #watch}. */
  void look(Runnable gone) {
    try {
      if (in.remaining() >= memory.bufferBytes() || !holdSentAhead()) {
        suspendReads(); // The system keeps what comes.
        return;
      }
      int count = fill();
      giveBackIfEmpty();
      if (count < 0) {
        suspendReads();
        gone.run();
      }
    } catch (IOException e) {
      suspendReads();
      IoUtils.safeClose(connection);
      gone.run();
    }
  }

  private boolean holdSentAhead() {
    if (sentAhead == 0 && memory.unfinishedHeads().tryHoldSentAhead(memory.bufferBytes())) {
      sentAhead = memory.bufferBytes();
    }
    return sentAhead > 0;
  }

  /** Returns whether the client sends no more; to be asked only when its body is broken. */
  boolean hasEnded() {
    if (!connection.isOpen() || next.isReadShutdown()) {
      return true;
    }
    try (PooledByteBuffer scratch = memory.buffers().allocate()) {
      return next.read(scratch.getBuffer().clear()) < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** The connection was closed. Any thread. */
  public void closed() {
    try {
      connection.getIoThread().execute(this::abandon);
    } catch (RejectedExecutionException e) {
      abandon(); // The thread has ended, so there is no concurrent access.
    }
  }

  private void abandon() {
    if (abandoned) {
      return;
    }
    abandoned = true;
    giveBack();
    forgetTrailers();
    Runnable lost = bodyLost;
    bodyLost = null;
    if (lost != null) {
      broken = true;
      lost.run();
    }
  }

  // ------------------------------------------------------------------ the buffer

  /** Reads more behind what is there: returns 0 if nothing has come, -1 at the end. */
  private int fill() throws IOException {
    makeRoom();
    int from = in.position();
    in.position(in.limit()).limit(in.capacity());
    try {
      return next.read(in);
    } finally {
      in.limit(in.position()).position(from);
    }
  }

  private void makeRoom() throws IOException {
    if (in.limit() < in.capacity()) {
      return;
    }
    if (in.hasRemaining() && in.position() > 0) {
      in.compact().flip();
      return;
    }
    if (in.hasRemaining()) {
      // A scanned head is never larger than its limit.
      int size = Math.min(2 * in.capacity(), limits.headBytes() + memory.bufferBytes());
      ByteBuffer larger = ByteBuffer.allocate(size).put(in).flip();
      closePooled();
      in = larger;
      return;
    }
    closePooled();
    in = NOTHING;
    try {
      PooledByteBuffer fresh = memory.buffers().allocate();
      pooled = fresh;
      in = fresh.getBuffer().clear().limit(0);
    } catch (IllegalStateException e) {
      throw new IOException("The threads end", e);
    }
  }

  private void giveBackIfEmpty() {
    if (!in.hasRemaining()) {
      giveBack();
    }
  }

  private void giveBack() {
    in = NOTHING;
    closePooled();
    releaseHead();
    releaseSentAhead();
  }

  private void releaseHead() {
    if (headHeld) {
      headHeld = false;
      memory.unfinishedHeads().release(this);
    }
  }

  private void releaseSentAhead() {
    if (sentAhead > 0) {
      memory.unfinishedHeads().releaseSentAhead(sentAhead);
      sentAhead = 0;
    }
  }

  private void closePooled() {
    PooledByteBuffer used = pooled;
    pooled = null;
    if (used != null) {
      used.close();
    }
  }

  // ------------------------------------------------------------------ how Undertow asks

  @Override
  public void resumeReads() {
    boolean unread =
        switch (phase) {
          case HEAD -> in.remaining() > head.scannedBytes();
          case PASSING -> true;
          case REQUEST -> in.hasRemaining();
        };
    if (unread) {
      next.wakeupReads();
    } else {
      next.resumeReads();
    }
  }

  @Override
  public boolean isReadShutdown() {
    return !in.hasRemaining() && next.isReadShutdown();
  }

  @Override
  public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      if (dsts[i].hasRemaining()) {
        return read(dsts[i]);
      }
    }
    return 0;
  }

  @Override
  public long transferTo(long position, long count, FileChannel target) throws IOException {
    return target.transferFrom(new ConduitReadableByteChannel(this), position, count);
  }

  @Override
  public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target)
      throws IOException {
    return IoUtils.transfer(new ConduitReadableByteChannel(this), count, throughBuffer, target);
  }
}
