package dev.rapid.conformance.azure.fake;

import dev.rapid.azure.protocol.StreamingMessage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What one worker process saw, in files: the worker writes them, the test reads them. */
public final class Trace {

  private static final String ARGUMENTS = "arguments";
  private static final String DIRECTORY = "directory";
  private static final String ENVIRONMENT = "environment";
  private static final String MESSAGES = "messages";
  private static final String NOTES = "notes";
  private static final String READY = ".ready";

  private final Path files;

  private Trace(Path files) {
    this.files = files;
  }

  // ------------------------------------------------------------ of the worker

  /** Begins the trace of this process. */
  static Trace begin(Path parent, List<String> arguments) {
    long pid = ProcessHandle.current().pid();
    Path files = parent.resolve(String.format("%019d-%d", System.nanoTime(), pid));
    try {
      Files.createDirectories(files);
      Files.write(files.resolve(ARGUMENTS), arguments);
      Files.writeString(files.resolve(DIRECTORY), Path.of("").toAbsolutePath().toString());
      StringBuilder variables = new StringBuilder();
      System.getenv()
          .forEach((name, value) -> variables.append(name).append('=').append(value).append('\0'));
      Files.writeString(files.resolve(ENVIRONMENT), variables);
      Files.createFile(files.resolve(NOTES));
      Files.createFile(files.resolve(MESSAGES));
      Files.createFile(files.resolve(READY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Trace(files);
  }

  /** Keeps a message of the host. */
  synchronized void message(StreamingMessage message) {
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(files.resolve(MESSAGES), StandardOpenOption.APPEND), 1 << 16)) {
      message.writeDelimitedTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps a line. */
  synchronized void note(String line) {
    try {
      Files.writeString(files.resolve(NOTES), line + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // -------------------------------------------------------------- of the test

  /** Returns the traces of all processes, in the order of their starts. */
  public static List<Trace> all(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(parent)) {
      return found
          .filter(path -> Files.exists(path.resolve(READY)))
          .sorted()
          .map(Trace::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    String name = files.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('-') + 1));
  }

  public boolean isAlive() {
    return ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Returns the words after those that the test itself gave. */
  public List<String> arguments() {
    return read(ARGUMENTS).lines().toList();
  }

  public WorkerArguments options() {
    return WorkerArguments.parse(arguments());
  }

  public Path workingDirectory() {
    return Path.of(read(DIRECTORY));
  }

  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    for (String variable : read(ENVIRONMENT).split("\0", -1)) {
      int equals = variable.indexOf('=', 1);
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return environment;
  }

  /** Returns what the worker itself wrote down. */
  public List<String> notes() {
    return read(NOTES).lines().toList();
  }

  /** Returns the messages of the host, as far as they are complete. */
  public List<StreamingMessage> messages() {
    List<StreamingMessage> messages = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(files.resolve(MESSAGES)))) {
      StreamingMessage message = StreamingMessage.parseDelimitedFrom(in);
      while (message != null) {
        messages.add(message);
        message = StreamingMessage.parseDelimitedFrom(in);
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException beingWritten) {
      // The others are complete.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return messages;
  }

  /**
   * Returns the types of the host's messages, each with its number, in the order of their first.
   */
  public Map<String, Integer> messageCounts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    messages().forEach(message -> counts.merge(message.getContentCase().name(), 1, Integer::sum));
    return counts;
  }

  @Override
  public String toString() {
    return "worker " + pid() + " got " + messageCounts() + " and noted " + notes();
  }

  private String read(String name) {
    try {
      return Files.readString(files.resolve(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
