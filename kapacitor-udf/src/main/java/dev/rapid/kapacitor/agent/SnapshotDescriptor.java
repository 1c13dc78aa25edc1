package dev.rapid.kapacitor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.rapid.kapacitor.UdfSnapshot;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;

/**
 * What a host keeps as the state of a use: it names a snapshot and does not contain it (contract
 * kapacitor-udf, section 11.2).
 */
final class SnapshotDescriptor {

  private static final int VERSION = 1;
  private static final String VERSION_KEY = "v";
  private static final String FUNCTION = "function";
  private static final String ID = "snapshotId";
  private static final String DIGEST = "digest";

  private SnapshotDescriptor() {}

  static ByteString write(UdfSnapshot snapshot) {
    return ByteString.copyFrom(
        new JsonObject()
            .put(VERSION_KEY, VERSION)
            .put(FUNCTION, snapshot.function())
            .put(ID, snapshot.id())
            .put(DIGEST, snapshot.digest())
            .bytes());
  }

  /**
   * Reads a descriptor.
   *
   * @param function the name of the function that is to continue
   * @throws IOException if it is none, or one of another function; the message says why
   */
  static UdfSnapshot read(ByteString bytes, String function) throws IOException {
    JsonNode read;
    try {
      read = JsonReader.parse(bytes.toByteArray());
    } catch (IOException e) {
      throw new IOException("The snapshot is none of Rapid's: " + e.getMessage(), e);
    }
    JsonNode version = read.path(VERSION_KEY);
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new IOException(
          "The snapshot has the version " + version + ", but Rapid reads version " + VERSION);
    }
    UdfSnapshot snapshot =
        new UdfSnapshot(text(read, FUNCTION), text(read, ID), text(read, DIGEST));
    if (!snapshot.function().equals(function)) {
      throw new IOException(
          "The snapshot is of the function \"" + snapshot.function() + "\", not of this one");
    }
    return snapshot;
  }

  private static String text(JsonNode read, String name) throws IOException {
    String text = read.path(name).textValue();
    if (text == null) {
      throw new IOException("The snapshot has no " + name);
    }
    return text;
  }
}
