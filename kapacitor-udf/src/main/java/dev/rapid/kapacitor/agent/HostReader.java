package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.codec.FrameException;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what the host sends, on a thread of its own. It never writes, and waits for nothing but the
 * host and room in the {@link Backlog}.
 */
final class HostReader implements Runnable {

  private static final Logger LOG = System.getLogger(HostReader.class.getName());

  private static final int SKIPPED_BYTES = 16 * 1024;

  private final UdfExposure exposure;
  private final InputStream in;
  private final FrameReader<Request> frames;
  private final Backlog backlog;
  private final Receiver receiver;
  private final OpenBatch batch;

  /** Points of a stream that came together, to be handed on together. */
  private List<Point> points = new ArrayList<>();

  private long pointBytes;

  private volatile boolean skips;

  /** Takes what was read; called on the reader's thread, must not block. */
  interface Receiver {

    /** The host asks what the agent wants and provides. */
    void infoAsked(long bytes);

    /** The host asks whether the agent lives. */
    void keepaliveAsked(long time, long bytes);

    /** Something came that is done in its turn. */
    void arrived(Work work);

    /** A part of a stream came. */
    void arrived(List<Point> points, long bytes);

    /**
     * The host has ended its input.
     *
     * @param inBatch whether a batch was not complete
     */
    void inputEnded(boolean inBatch);

    /** The host has broken the protocol. */
    void violated(String message);

    /** The connection is broken. */
    void lost(IOException cause);

    /** Nothing more is read; the last call. */
    void readerEnded();
  }

  /**
   * Creates a reader that runs when it is called.
   *
   * @param backlog counts what is handed on; the receiver takes it off
   */
  HostReader(UdfExposure exposure, InputStream in, Backlog backlog, Receiver receiver) {
    this.exposure = exposure;
    this.in = in;
    this.frames = new FrameReader<>(Request.parser(), in, exposure.maxFrameBytes());
    this.backlog = backlog;
    this.receiver = receiver;
    this.batch = new OpenBatch(exposure.maxFrameBytes());
  }

  /** Drops what still comes, so that the host can go on writing until it reads the end. */
  void skip() {
    skips = true;
  }

  @Override
  public void run() {
    try {
      readAll();
    } catch (HostViolation | FrameException e) {
      receiver.violated(String.valueOf(e.getMessage()));
      skips = true;
    } catch (IOException e) {
      receiver.lost(e);
    } catch (InterruptedException e) {
      receiver.lost(new IOException("The reader was interrupted", e));
    } finally {
      skipAll();
      receiver.readerEnded();
    }
  }

  private void readAll() throws IOException, InterruptedException, HostViolation {
    for (Request request = frames.next(); request != null; request = frames.next()) {
      if (skips) {
        return;
      }
      handle(request, frames.lastFrameBytes());
      if (points.size() >= exposure.streamMaxPoints() || !frames.hasBuffered()) {
        handOnPoints();
      }
      backlog.awaitRoom(batch.frames(), batch.bytes());
    }
    receiver.inputEnded(batch.isOpen());
  }

  private void skipAll() {
    if (!skips) {
      return;
    }
    try {
      byte[] dropped = new byte[SKIPPED_BYTES];
      while (in.read(dropped) >= 0) {
        // It is not wanted any more.
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The connection broke after its end", e);
    }
  }

  private void handle(Request request, long bytes) throws HostViolation {
    if (request.getMessageCase() != Request.MessageCase.POINT) {
      handOnPoints();
    }
    switch (request.getMessageCase()) {
      case POINT -> handle(request.getPoint(), bytes);
      case BEGIN -> {
        checkWantsBatches("beginning");
        batch.begin(request.getBegin(), bytes);
      }
      case END -> {
        checkWantsBatches("end");
        handOn(batch.end(request.getEnd(), bytes));
      }
      case INFO -> {
        backlog.add(1, bytes);
        receiver.infoAsked(bytes);
      }
      case KEEPALIVE -> {
        long time = request.getKeepalive().getTime();
        if (exposure.orderedKeepalive()) {
          handOn(new Work.OrderedKeepalive(time));
        } else {
          backlog.add(1, bytes);
          receiver.keepaliveAsked(time, bytes);
        }
      }
      case INIT -> handOn(new Work.Init(request.getInit(), bytes));
      case SNAPSHOT -> handOn(new Work.Snapshot());
      case RESTORE -> handOn(new Work.Restore(request.getRestore().getSnapshot(), bytes));
      case MESSAGE_NOT_SET ->
          LOG.log(Level.DEBUG, "A request without a message that is known was ignored");
    }
  }

  private void handle(Point point, long bytes) throws HostViolation {
    if (exposure.wants() == EdgeType.BATCH) {
      batch.add(point, bytes);
    } else {
      points.add(point);
      pointBytes += bytes;
    }
  }

  private void checkWantsBatches(String part) throws HostViolation {
    if (exposure.wants() != EdgeType.BATCH) {
      throw new HostViolation("the " + part + " of a batch came, but the function wants a stream");
    }
  }

  private void handOn(Work work) {
    backlog.add(work.frames(), work.bytes());
    receiver.arrived(work);
  }

  private void handOnPoints() {
    if (!points.isEmpty()) {
      List<Point> ready = points;
      long bytes = pointBytes;
      points = new ArrayList<>();
      pointBytes = 0;
      backlog.add(ready.size(), bytes);
      receiver.arrived(ready, bytes);
    }
  }
}
