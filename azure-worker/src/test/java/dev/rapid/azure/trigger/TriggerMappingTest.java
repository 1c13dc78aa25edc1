package dev.rapid.azure.trigger;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What workers get of events, and callers of results, as data. */
final class TriggerMappingTest {

  static Stream<TriggerCase> http() {
    return TriggerCase.in("http-requests.json");
  }

  static Stream<TriggerCase> triggers() {
    return TriggerCase.in("triggers.json");
  }

  static Stream<TriggerCase> results() {
    return TriggerCase.in("results.json");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("http")
  void an_event_or_a_url_becomes_a_request(TriggerCase each) throws Exception {
    each.checkCall();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("triggers")
  void an_event_becomes_the_data_of_a_trigger(TriggerCase each) throws Exception {
    each.checkCall();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("results")
  void an_answer_becomes_a_reply(TriggerCase each) throws Exception {
    each.checkReply();
  }
}
