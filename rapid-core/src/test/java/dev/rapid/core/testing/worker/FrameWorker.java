package dev.rapid.core.testing.worker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A worker that speaks {@link FrameProtocol}. */
public final class FrameWorker implements ScriptedWorker {

  private final DataInputStream in;
  private final DataOutputStream out;

  /** Creates a worker at the far end of two streams. */
  public FrameWorker(InputStream in, OutputStream out) {
    this.in = new DataInputStream(in);
    this.out = new DataOutputStream(out);
  }

  @Override
  public void ready() {
    send(() -> out.writeByte(FrameProtocol.READY));
  }

  @Override
  public Given awaitInvocation() {
    try {
      expect(FrameProtocol.INVOKE);
      String requestId = in.readUTF();
      long deadline = in.readLong();
      byte[] payload = in.readNBytes(in.readInt());
      return new Given(requestId, new String(payload, StandardCharsets.UTF_8), deadline);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Answer respond(String requestId, byte[] result) {
    send(() -> {
      out.writeByte(FrameProtocol.RESPONSE);
      out.writeUTF(requestId);
      body(result);
    });
    return answer();
  }

  @Override
  public Answer fail(String requestId, String errorType, String body) {
    send(() -> {
      out.writeByte(FrameProtocol.ERROR);
      out.writeUTF(requestId);
      out.writeUTF(errorType);
      body(body.getBytes(StandardCharsets.UTF_8));
    });
    return answer();
  }

  @Override
  public Answer failInit(String errorType, String body) {
    send(() -> {
      out.writeByte(FrameProtocol.INIT_FAILED);
      out.writeUTF(errorType);
      body(body.getBytes(StandardCharsets.UTF_8));
    });
    return answer();
  }

  @Override
  public void breakOff(String requestId, int length) {
    send(() -> {
      out.writeByte(FrameProtocol.RESPONSE);
      out.writeUTF(requestId);
      out.writeInt(length);
      out.write(new byte[length / 2]);
    });
    close();
  }

  private void body(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private Answer answer() {
    try {
      expect(FrameProtocol.ANSWER);
      String word = in.readUTF();
      return switch (word) {
        case "accepted" -> Answer.ACCEPTED;
        case "UnknownInvocation" -> Answer.UNKNOWN_INVOCATION;
        case "InvocationTimedOut" -> Answer.INVOCATION_TIMED_OUT;
        case "NotAllowed" -> Answer.NOT_ALLOWED;
        case "PayloadTooLarge" -> Answer.TOO_LARGE;
        default -> throw new AssertionError("an answer that the test does not know: " + word);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void expect(byte type) throws IOException {
    byte actual = in.readByte();
    if (actual != type) {
      throw new AssertionError("expected frame " + (char) type + ", but got " + (char) actual);
    }
  }

  @FunctionalInterface
  private interface Writing {
    void write() throws IOException;
  }

  private void send(Writing frame) {
    try {
      frame.write();
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
      in.close();
    } catch (IOException closedAlready) {
      // That is what was wanted.
    }
  }
}
