package dev.rapid.conformance.fn;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The runner's service with the numbers of contract fn-runner, section 1.3. */
final class RunnerProtocol {

  /** One call. */
  static final MethodDescriptor<byte[], RunnerMessage> ENGAGE =
      method(MethodType.BIDI_STREAMING, "Engage", RunnerProtocol::runnerMessage);

  /** What the runner says about itself. */
  static final MethodDescriptor<byte[], RunnerStatus> STATUS =
      method(MethodType.UNARY, "Status", RunnerProtocol::runnerStatus);

  /** The same, with an input for the status function. */
  static final MethodDescriptor<byte[], RunnerStatus> STATUS2 =
      method(MethodType.UNARY, "Status2", RunnerProtocol::runnerStatus);

  /** Settings at run time. */
  static final MethodDescriptor<byte[], byte[]> CONFIGURE =
      method(MethodType.UNARY, "ConfigureRunner", InputStream::readAllBytes);

  /** Log lines. */
  static final MethodDescriptor<byte[], byte[]> STREAM_LOGS =
      method(MethodType.BIDI_STREAMING, "StreamLogs", InputStream::readAllBytes);

  private RunnerProtocol() {}

  /** Writes the fields of a message. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** Reads a message. */
  private interface Parser<T> {
    T parse(InputStream stream) throws IOException;
  }

  /** Reads one field. */
  private interface FieldReader {
    /** Returns false if the field is not known. */
    boolean read(int number, CodedInputStream in) throws IOException;
  }

  /** Returns a client's first message. */
  static byte[] tryCall(String json, String slotHashId, Map<String, String> extensions) {
    byte[] call =
        message(out -> {
          out.writeString(1, json);
          if (!slotHashId.isEmpty()) {
            out.writeString(2, slotHashId);
          }
          for (Map.Entry<String, String> each : extensions.entrySet()) {
            out.writeByteArray(3, entry(each.getKey(), each.getValue()));
          }
        });
    return message(out -> out.writeByteArray(1, call));
  }

  /** Returns a piece of a client's body. */
  static byte[] data(byte[] bytes, int from, int length, boolean eof) {
    byte[] frame =
        message(out -> {
          if (length > 0) {
            out.writeBytes(1, ByteString.copyFrom(bytes, from, length));
          }
          if (eof) {
            out.writeBool(2, true);
          }
        });
    return message(out -> out.writeByteArray(2, frame));
  }

  /** Returns a {@code google.protobuf.Struct} with one text. */
  static byte[] struct(String key, String text) {
    byte[] value = message(out -> out.writeString(3, text));
    byte[] field =
        message(out -> {
          out.writeString(1, key);
          out.writeByteArray(2, value);
        });
    return message(out -> out.writeByteArray(1, field));
  }

  /** Returns a message whose field 1 is a map with one entry. */
  static byte[] configuration(String key, String value) {
    return message(out -> out.writeByteArray(1, entry(key, value)));
  }

  private static byte[] entry(String key, String value) {
    return message(out -> {
      out.writeString(1, key);
      out.writeString(2, value);
    });
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void read(byte[] message, FieldReader reader) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!reader.read(WireFormat.getTagFieldNumber(tag), in)) {
        throw new IOException("unexpected field " + WireFormat.getTagFieldNumber(tag));
      }
    }
  }

  private static RunnerMessage runnerMessage(InputStream stream) throws IOException {
    List<RunnerMessage> found = new ArrayList<>();
    read(
        stream.readAllBytes(),
        (number, in) -> {
          switch (number) {
            case 1 -> found.add(resultStart(in.readByteArray()));
            case 2 -> found.add(dataFrame(in.readByteArray()));
            case 3 -> found.add(finished(in.readByteArray()));
            default -> {
              return false;
            }
          }
          return true;
        });
    if (found.size() != 1) {
      throw new IOException(found.size() + " bodies in a message");
    }
    return found.getFirst();
  }

  private static RunnerMessage resultStart(byte[] message) throws IOException {
    List<RunnerMessage.Header> headers = new ArrayList<>();
    int[] status = {0};
    read(
        message,
        (number, in) -> {
          if (number != 100) {
            return false;
          }
          read(
              in.readByteArray(),
              (field, meta) -> {
                switch (field) {
                  case 1 -> status[0] = meta.readInt32();
                  case 2 -> {
                    Map.Entry<String, String> entry = entry(meta.readByteArray());
                    headers.add(new RunnerMessage.Header(entry.getKey(), entry.getValue()));
                  }
                  default -> {
                    return false;
                  }
                }
                return true;
              });
          return true;
        });
    return new RunnerMessage.ResultStart(status[0], List.copyOf(headers));
  }

  private static Map.Entry<String, String> entry(byte[] message) throws IOException {
    String[] words = {"", ""};
    read(
        message,
        (number, in) -> {
          if (number > words.length) {
            return false;
          }
          words[number - 1] = in.readStringRequireUtf8();
          return true;
        });
    return Map.entry(words[0], words[1]);
  }

  private static RunnerMessage dataFrame(byte[] message) throws IOException {
    byte[][] bytes = {{}};
    boolean[] eof = {false};
    read(
        message,
        (number, in) -> {
          switch (number) {
            case 1 -> bytes[0] = in.readByteArray();
            case 2 -> eof[0] = in.readBool();
            default -> {
              return false;
            }
          }
          return true;
        });
    return new RunnerMessage.Data(bytes[0], eof[0]);
  }

  private static RunnerMessage finished(byte[] message) throws IOException {
    Map<Integer, String> texts = new LinkedHashMap<>();
    Map<Integer, Long> numbers = new LinkedHashMap<>();
    read(
        message,
        (number, in) -> {
          switch (number) {
            case 2, 4, 5, 6, 7, 11 -> texts.put(number, in.readStringRequireUtf8());
            case 1, 3, 8, 9, 10, 12, 13, 14, 15 -> numbers.put(number, in.readInt64());
            default -> {
              return false;
            }
          }
          return true;
        });
    return new RunnerMessage.Finished(
        flag(numbers, 1),
        text(texts, 2),
        (int) number(numbers, 3),
        text(texts, 4),
        text(texts, 5),
        text(texts, 6),
        text(texts, 7),
        number(numbers, 8),
        number(numbers, 9),
        flag(numbers, 10),
        text(texts, 11),
        number(numbers, 14),
        number(numbers, 15));
  }

  private static RunnerStatus runnerStatus(InputStream stream) throws IOException {
    Map<Integer, String> texts = new LinkedHashMap<>();
    Map<Integer, Long> numbers = new LinkedHashMap<>();
    Map<String, String> custom = new LinkedHashMap<>();
    read(
        stream.readAllBytes(),
        (number, in) -> {
          switch (number) {
            case 4, 5, 7, 8, 9, 10 -> texts.put(number, in.readStringRequireUtf8());
            case 18 -> {
              Map.Entry<String, String> entry = entry(in.readByteArray());
              custom.put(entry.getKey(), entry.getValue());
            }
            case 2, 3, 6, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22 ->
                numbers.put(number, in.readInt64());
            default -> {
              return false;
            }
          }
          return true;
        });
    return new RunnerStatus(
        (int) number(numbers, 2),
        flag(numbers, 3),
        text(texts, 4),
        text(texts, 5),
        (int) number(numbers, 6),
        text(texts, 7),
        text(texts, 8),
        text(texts, 9),
        text(texts, 10),
        flag(numbers, 11),
        number(numbers, 12),
        number(numbers, 13),
        Map.copyOf(custom));
  }

  private static boolean flag(Map<Integer, Long> numbers, int field) {
    return number(numbers, field) != 0;
  }

  private static long number(Map<Integer, Long> numbers, int field) {
    return numbers.getOrDefault(field, 0L);
  }

  private static String text(Map<Integer, String> texts, int field) {
    return texts.getOrDefault(field, "");
  }

  private static <T> MethodDescriptor<byte[], T> method(
      MethodType type, String name, Parser<T> parser) {
    return MethodDescriptor.<byte[], T>newBuilder()
        .setType(type)
        .setFullMethodName("RunnerProtocol/" + name)
        .setRequestMarshaller(new Requests())
        .setResponseMarshaller(new Responses<>(parser))
        .build();
  }

  /** Sends messages as they are. */
  private record Requests() implements Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException();
    }
  }

  private record Responses<T>(Parser<T> parser) implements Marshaller<T> {

    @Override
    public InputStream stream(T message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public T parse(InputStream stream) {
      try {
        return parser.parse(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
