package dev.rapid.conformance.azure.fake;

import java.net.URI;
import java.util.List;

/**
 * What the host says on the command line (contract azure-functions-worker, section 3.1).
 *
 * @param port of the host, on the loopback interface
 */
public record WorkerArguments(int port, String workerId, String requestId) {

  /** Reads either set of options; the new one wins. */
  static WorkerArguments parse(List<String> words) {
    String uri = option(words, "--functions-uri", "");
    int port =
        uri.isEmpty() ? Integer.parseInt(option(words, "--port", "0")) : URI.create(uri).getPort();
    return new WorkerArguments(
        port,
        option(words, "--functions-worker-id", option(words, "--workerId", "")),
        option(words, "--functions-request-id", option(words, "--requestId", "")));
  }

  private static String option(List<String> words, String name, String otherwise) {
    int at = words.indexOf(name);
    return at < 0 ? otherwise : words.get(at + 1);
  }
}
