package dev.rapid.azure.server;

import dev.rapid.azure.protocol.StreamingMessage;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What arrives over one stream. It belongs to no session until its first message has said whose it
 * is; a stream that says nothing valid ends, and no session learns of it (contract
 * azure-functions-worker, sections 2 and 14.2).
 *
 * <p>gRPC calls one method at a time. The next message is asked for when one has been handled, so
 * that a worker that sends faster has to wait.
 */
final class EventStream extends ServerCall.Listener<StreamingMessage> {

  /** What bytes become that are no message. */
  static final StreamingMessage MALFORMED =
      StreamingMessage.newBuilder().setRequestId("malformed").build();

  private static final Logger LOG = System.getLogger(EventStream.class.getName());

  private final ServerCall<StreamingMessage, StreamingMessage> call;
  private final WorkerStream stream;
  private final Function<String, @Nullable Session> sessions;
  private @Nullable Session session;
  private boolean refused;

  EventStream(
      ServerCall<StreamingMessage, StreamingMessage> call,
      WorkerStream stream,
      Function<String, @Nullable Session> sessions) {
    this.call = call;
    this.stream = stream;
    this.sessions = sessions;
  }

  @Override
  public void onMessage(StreamingMessage message) {
    if (refused) {
      return;
    }
    Session known = session;
    if (isMalformed(message)) {
      refuse("What the worker sent is no message");
      if (known != null) {
        known.malformed();
      }
    } else if (known == null) {
      begin(message);
      call.request(1);
    } else {
      // Not before: another thread may be busy with the session.
      known.received(message, () -> call.request(1));
    }
  }

  @SuppressWarnings("ReferenceEquality") // A worker may send an equal one.
  private static boolean isMalformed(StreamingMessage message) {
    return message == MALFORMED;
  }

  private void begin(StreamingMessage first) {
    if (!first.hasStartStream()) {
      refuse("The first message must be StartStream, but it is " + first.getContentCase());
      return;
    }
    String id = first.getStartStream().getWorkerId();
    Session expected = sessions.apply(id);
    if (expected == null) {
      refuse("No worker with the id '" + id + "' is expected");
    } else if (expected.attach(stream)) {
      session = expected;
    } else {
      refuse("The worker with the id '" + id + "' has a stream already");
    }
  }

  private void refuse(String reason) {
    refused = true;
    LOG.log(Level.WARNING, "A stream of a worker was refused. {0}", reason);
    stream.refuse(Status.INVALID_ARGUMENT.withDescription(reason));
  }

  @Override
  public void onReady() {
    stream.proceed();
  }

  /** The worker will send nothing more. */
  @Override
  public void onHalfClose() {
    Session known = session;
    if (known != null) {
      known.streamEnded();
    } else if (!refused) {
      refuse("It ended before StartStream");
    }
  }

  @Override
  public void onCancel() {
    Session known = session;
    if (known == null) {
      stream.abandon();
    } else {
      known.streamEnded();
    }
  }
}
