package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.protocol.Option;
import java.util.List;

/**
 * Where a host uses a function (contract kapacitor-udf, section 11.3).
 *
 * @param options in the order of the script
 */
public record UseContext(String taskId, String nodeId, List<Option> options) {

  /** Copies the list. */
  public UseContext {
    options = List.copyOf(options);
  }
}
