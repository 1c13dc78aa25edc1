package dev.rapid.lambda.async;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the record of an asynchronous invocation goes, or an event that is given up. */
public sealed interface Destination {

  /** Returns its ARN if it has one, or else a text that users recognise. */
  String name();

  /**
   * Another function.
   *
   * @param arn its ARN, with the qualifier if there is one
   * @param function its name
   * @param qualifier a version or alias, null for none
   */
  record OfFunction(String arn, String function, @Nullable String qualifier)
      implements Destination {

    @Override
    public String name() {
      return arn;
    }
  }

  /** A file that gets one line of JSON for each delivery. */
  record OfFile(Path file) implements Destination {

    @Override
    public String name() {
      return "file:" + file;
    }
  }

  /**
   * A hook: an address that gets each delivery as a POST request.
   *
   * @param secret signs the requests, null for none
   */
  record OfHook(URI url, @Nullable String secret) implements Destination {

    @Override
    public String name() {
      return url.toString();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * A queue, topic or event bus of the cloud.
   *
   * @param service as ARNs name it: {@code sqs}, {@code sns} or {@code events}
   * @param endpoint where the service answers; null if none is configured, and then nothing is
   *     delivered
   */
  record OfService(String arn, String service, @Nullable URI endpoint) implements Destination {

    @Override
    public String name() {
      return arn;
    }
  }
}
