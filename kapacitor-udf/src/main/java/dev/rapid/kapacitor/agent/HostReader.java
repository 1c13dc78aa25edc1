package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.codec.FrameException;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.json.EventWriter;
import dev.rapid.kapacitor.json.UseContext;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
  private final PointBuffer points;

  /**
   * Points of a batch are written by this thread alone, those of a stream with the buffer's lock.
   */
  private final EventWriter events = new EventWriter();

  /** What the host has said in its last Init. */
  private volatile UseContext context = new UseContext("", "", List.of());

  private volatile boolean skips;

  /** Takes what was read; called on the reader's thread, must not block. */
  interface Receiver {

    /** The host asks what the agent wants and provides. */
    void infoAsked(long bytes);

    /** The host asks whether the agent lives. */
    void keepaliveAsked(long time, long bytes);

    /** Something came that is done in its turn. */
    void arrived(Work work);

    /** Points of a stream wait for others. */
    void pointsWait();

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

    /** The reader has failed, which is a bug in Rapid or a lack of memory. */
    void broken();

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
    this.batch = new OpenBatch(events, exposure.maxFrameBytes());
    this.points = new PointBuffer(exposure.streamMaxPoints(), new StreamParts());
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
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "What a host sent could not be handled", e);
      receiver.broken();
      skips = true;
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
      if (!frames.hasBuffered()) {
        points.announce();
      }
      backlog.awaitRoom(batch.frames(), batch.bytes());
    }
    points.handOn();
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
      points.announce();
    }
    switch (request.getMessageCase()) {
      case POINT -> handle(request.getPoint(), bytes);
      case BEGIN -> {
        checkWantsBatches("beginning");
        batch.begin(request.getBegin(), bytes);
      }
      case END -> {
        checkWantsBatches("end");
        handOn(batch.end(request.getEnd(), bytes, context));
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
      case INIT -> {
        // What came before is of the use before.
        points.handOn();
        InitRequest init = request.getInit();
        context = new UseContext(init.getTaskID(), init.getNodeID(), init.getOptionsList());
        handOn(new Work.Init(init, bytes));
      }
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
      backlog.add(1, bytes);
      points.add(point, bytes);
    }
  }

  private void checkWantsBatches(String part) throws HostViolation {
    if (exposure.wants() != EdgeType.BATCH) {
      throw new HostViolation("the " + part + " of a batch came, but the function wants a stream");
    }
  }

  private void handOn(Work work) {
    points.handOn();
    backlog.add(work.frames(), work.bytes());
    receiver.arrived(work);
  }

  /** Hands on the points of a stream that wait for others. May be called by any thread. */
  void handOnPoints() {
    points.handOn();
  }

  /** Hands on parts of a stream. */
  private final class StreamParts implements PointBuffer.Receiver {

    @Override
    public void complete(List<Point> points, long bytes) {
      receiver.arrived(new Work.Data(events.stream(points, context), points.size(), bytes));
    }

    @Override
    public void waiting() {
      receiver.pointsWait();
    }
  }
}
