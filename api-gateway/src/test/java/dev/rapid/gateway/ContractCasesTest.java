package dev.rapid.gateway;

import dev.rapid.gateway.api.Api;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test cases of the contract that are data, by their numbers (contract http-front-door, section
 * 12), and others of the sections that they name.
 */
final class ContractCasesTest {

  static Stream<ContractCase> events() {
    return ContractCase.in("events.json");
  }

  static Stream<ContractCase> routing() {
    return ContractCase.in("routing.json");
  }

  static Stream<ContractCase> results() {
    return ContractCase.in("results.json");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void a_request_becomes_an_event(ContractCase each) {
    send(each);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("routing")
  void a_request_finds_its_route(ContractCase each) {
    send(each);
  }

  private static void send(ContractCase each) {
    List<Api> apis = Fixtures.named(each.api());
    try (FrontDoor door = FrontDoor.of(apis, TestFunction.echo())) {
      each.check(each.send(door, apis.getFirst().id()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("results")
  void a_result_becomes_a_response(ContractCase each) {
    try (FrontDoor door = FrontDoor.of(Fixtures.named(each.api()), TestFunction.say())) {
      each.check(each.sendResult(door));
    }
  }
}
