package dev.rapid.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.process.ProcessExit;
import org.junit.jupiter.api.Test;

final class UdfFailureMessagesTest {

  private static String typeOf(ErrorType error) {
    return UdfFailureMessages.INSTANCE.typeOf(error);
  }

  @Test
  void an_expired_function_timeout_is_called_as_the_contract_says() {
    assertThat(typeOf(ErrorType.SANDBOX_TIMEDOUT)).isEqualTo("UDF.Timeout");
  }

  @Test
  void an_agent_that_ended_unnoticed_by_its_session_has_exited() {
    assertThat(typeOf(ErrorType.RUNTIME_EXIT_ERROR)).isEqualTo("UDF.AgentExited");
    assertThat(UdfFailureMessages.INSTANCE.runtimeExited(new ProcessExit.Exited(0)))
        .isEqualTo("The agent ended: exit status 0");
  }

  @Test
  void an_agent_that_ends_well_between_two_invocations_is_not_reported() {
    assertThat(UdfFailureMessages.INSTANCE.isOrderlyEnd(new ProcessExit.Exited(0))).isTrue();
    assertThat(UdfFailureMessages.INSTANCE.isOrderlyEnd(new ProcessExit.Exited(1))).isFalse();
    assertThat(UdfFailureMessages.INSTANCE.isOrderlyEnd(new ProcessExit.Signaled("killed")))
        .isFalse();
  }

  @Test
  void an_agent_that_cannot_be_executed_was_not_started() {
    assertThat(typeOf(ErrorType.RUNTIME_INVALID_ENTRYPOINT)).isEqualTo("UDF.StartFailed");
    assertThat(typeOf(ErrorType.RUNTIME_INVALID_WORKING_DIR)).isEqualTo("UDF.StartFailed");
  }

  @Test
  void failures_that_the_contract_does_not_name_keep_their_names() {
    assertThat(typeOf(ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE))
        .isEqualTo("Function.ResponseSizeTooLarge");
  }
}
