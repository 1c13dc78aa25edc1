package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.telemetry.log.LogLabel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogLabelsTest {

  private static final SandboxIdentity FIRST =
      new SandboxIdentity("orders", 1, "stream", InitializationType.ON_DEMAND);

  @Test
  void the_only_sandbox_of_the_only_function_has_no_label() {
    LogLabels labels = new LogLabels(true, 8);
    Runnable over = labels.began();
    over.run();
    Runnable unused = labels.began();

    assertThat(labels.of(FIRST).get()).isNull();
  }

  @Test
  void lines_have_labels_as_soon_as_two_sandboxes_live_and_from_then_on() {
    LogLabels labels = new LogLabels(true, 9);
    Supplier<@Nullable LogLabel> label = labels.of(FIRST);
    Runnable unused = labels.began();
    Runnable over = labels.began();
    over.run();

    assertThat(label.get()).isEqualTo(new LogLabel("orders/1  | ", "orders", "orders/1"));
  }

  @Test
  void several_functions_have_labels_at_once_without_a_number_if_there_is_one_sandbox() {
    LogLabels labels = new LogLabels(false, 6);
    labels.share(8);

    assertThat(labels.of(FIRST).get()).isEqualTo(new LogLabel("orders   | ", "orders", "orders/1"));
  }

  @Test
  void the_width_has_room_for_all_numbers() {
    assertThat(LogLabels.width("orders", 10)).isEqualTo("orders/10".length());
    assertThat(LogLabels.width("orders", 1)).isEqualTo("orders".length());
  }
}
